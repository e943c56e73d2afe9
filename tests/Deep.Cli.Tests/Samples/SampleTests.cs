using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Deep.NFNets;

namespace Deep.Cli.Tests.Samples;

public sealed class SampleTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void ClassifyPhotos_names_each_photo()
    {
        var first = folder.Draw("first.jpg", 0);
        var second = folder.Draw("second.png", 1);
        using var sample = ChildProcess.Sample("ClassifyPhotos", folder.Root, first, second);
        var run = sample.Finish().Succeeded();
        Assert.Matches(@"^first\.jpg: \w+ \d+ %, \w+ \d+ %, \w+ \d+ %\r?\nsecond\.png: \w+ \d+ %", run.Output);
    }

    [Fact]
    public void CustomHead_learns_new_shapes_and_saves_a_model_that_knows_them()
    {
        using var sample = ChildProcess.Sample("CustomHead", folder.Root, folder.At("shapes.safetensors"));
        var run = sample.Finish().Succeeded();
        Assert.Matches(@"\d+ of 60 new pictures named right", run.Output);
        using var classifier = ImageClassifier.Load(folder.At("shapes.safetensors"));
        Assert.Equal(["circle", "square", "triangle"], classifier.Labels);
    }

    [Fact]
    public async Task ClassifyApi_serves_uploads_in_parallel_and_refuses_what_it_should()
    {
        using var sample = ChildProcess.Sample("ClassifyApi", folder.Root, "--urls", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = await AddressOf(sample), Timeout = TimeSpan.FromMinutes(4) };
        client.DefaultRequestHeaders.ExpectContinue = true;

        var health = await client.GetFromJsonAsync<JsonElement>("/health");
        Assert.Equal(10, health.GetProperty("classes").GetInt32());

        var picture = await File.ReadAllBytesAsync(folder.Draw("upload.png", 1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Upload(client, picture)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var texts = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.Single(texts.Distinct());
        Assert.Equal(3, JsonDocument.Parse(texts[0]).RootElement.GetArrayLength());

        using var bad = await Upload(client, "not a picture"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("detail", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var large = await Upload(client, new byte[9 * 1024 * 1024]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var zero = await client.PostAsync("/classify?top=0", Form(picture));
        Assert.Equal(HttpStatusCode.BadRequest, zero.StatusCode);
        using var none = await client.PostAsync("/classify", new MultipartFormDataContent { { new StringContent("x"), "other" } });
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);

        sample.Interrupt();
        Assert.Equal(0, sample.Finish().ExitCode);
    }

    private static Task<HttpResponseMessage> Upload(HttpClient client, byte[] bytes) =>
        client.PostAsync("/classify?top=3", Form(bytes));

    private static MultipartFormDataContent Form(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return new MultipartFormDataContent { { content, "picture", "upload.png" } };
    }

    private static Task<Uri> AddressOf(ChildProcess sample) => Task.Run(() =>
    {
        const string Announcement = "Now listening on: ";
        while (sample.ReadLine() is { } line)
        {
            if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
            {
                return new Uri(line[(at + Announcement.Length)..].Trim());
            }
        }

        throw new InvalidOperationException("The service ended before it listened.");
    });
}
