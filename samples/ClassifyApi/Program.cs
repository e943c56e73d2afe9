// A web service that names uploaded pictures:
//   dotnet run -c Release --project samples/ClassifyApi -- --urls http://localhost:5080
//   curl -F picture=@photo.jpg "http://localhost:5080/classify?top=3"
using Deep.Media;
using Deep.NFNets;
using Microsoft.AspNetCore.RateLimiting;

const int MaxUploadBytes = 8 * 1024 * 1024;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = MaxUploadBytes);
builder.Services.AddProblemDetails();

// One model serves all requests: prediction is safe from many threads.
var model = builder.Configuration["Model"] ?? Path.Combine(AppContext.BaseDirectory, "nfnet-cifar10.safetensors");
builder.Services.AddNFNet(options => options.Model = model);

// More predictions at once than there are cores only make each of them slower: the rest waits in line.
builder.Services.AddRateLimiter(limiter =>
{
    limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
    limiter.AddConcurrencyLimiter("per core", line =>
    {
        line.PermitLimit = Environment.ProcessorCount;
        line.QueueLimit = 256;
    });
});

var app = builder.Build();
app.UseRateLimiter();

app.MapGet("/health", (ImageClassifier classifier) => new { status = "ready", classes = classifier.Labels.Count });

app.MapPost("/classify", (IFormFile picture, ImageClassifier classifier, int top = 5) =>
{
    if (top < 1)
    {
        return Results.Problem("top must be 1 or more.", statusCode: StatusCodes.Status400BadRequest);
    }

    try
    {
        using var content = picture.OpenReadStream();
        return Results.Ok(classifier.Classify(content, top));
    }
    catch (MediaException unreadable)
    {
        return Results.Problem(unreadable.Message, statusCode: StatusCodes.Status400BadRequest);
    }
}).DisableAntiforgery().RequireRateLimiting("per core");

app.Run();
