using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Deep.Nowcast;

/// <summary>The forecasters that an application registers; see <c>AddNowcast</c>.</summary>
/// <remarks>
/// Each is registered as its own type and as one more <see cref="INowcaster"/>: ask for <c>IEnumerable&lt;INowcaster&gt;</c>
/// to have all, such as for a verification.
/// </remarks>
public sealed class NowcastServices
{
    private readonly IServiceCollection services;

    internal NowcastServices(IServiceCollection services) => this.services = services;

    /// <summary>Adds a <see cref="NowcastModel"/>, loaded when it is first asked for.</summary>
    /// <param name="configure">Sets its options; <see cref="NowcastModelOptions.Model"/> is required.</param>
    /// <param name="key">The key to ask for it with; null: none.</param>
    /// <returns>This, to go on.</returns>
    public NowcastServices AddModel(Action<NowcastModelOptions> configure, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var name = key ?? Options.DefaultName;
        services.AddOptions<NowcastModelOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NowcastModelOptions>, OptionsValidator>());
        return AddModel(provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<NowcastModelOptions>>().Get(name);
            return NowcastModel.Load(options.Model!, options, provider.GetService<ILogger<NowcastModel>>());
        }, key);
    }

    /// <summary>Adds a <see cref="NowcastModel"/>, made when it is first asked for.</summary>
    /// <param name="create">Makes it; the application disposes it.</param>
    /// <param name="key">The key to ask for it with, as in <c>[FromKeyedServices("alps")] NowcastModel model</c>; null:
    /// none.</param>
    /// <returns>This, to go on.</returns>
    public NowcastServices AddModel(Func<IServiceProvider, NowcastModel> create, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (key is null)
        {
            services.TryAddSingleton(create);
            services.AddSingleton<INowcaster>(provider => new Shared(provider.GetRequiredService<NowcastModel>()));
        }
        else
        {
            services.TryAddKeyedSingleton(key, (provider, _) => create(provider));
            services.AddSingleton<INowcaster>(provider => new Shared(provider.GetRequiredKeyedService<NowcastModel>(key)));
        }

        return this;
    }

    /// <summary>Adds <see cref="Persistence"/>.</summary>
    /// <returns>This, to go on.</returns>
    public NowcastServices AddPersistence() => Add(Persistence.Default);

    /// <summary>Adds an <see cref="Extrapolation"/>.</summary>
    /// <param name="options">How; null: the defaults.</param>
    /// <returns>This, to go on.</returns>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public NowcastServices AddExtrapolation(ExtrapolationOptions? options = null) => Add(new Extrapolation(options));

    /// <summary>Adds a <see cref="StepsEnsemble"/>.</summary>
    /// <param name="options">How; null: the defaults.</param>
    /// <returns>This, to go on.</returns>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public NowcastServices AddSteps(StepsOptions? options = null) => Add(new StepsEnsemble(options));

    private NowcastServices Add<T>(T nowcaster)
        where T : class, INowcaster
    {
        services.TryAddSingleton(nowcaster);
        services.AddSingleton<INowcaster>(nowcaster);
        return this;
    }

    private sealed class OptionsValidator : IValidateOptions<NowcastModelOptions>
    {
        public ValidateOptionsResult Validate(string? name, NowcastModelOptions options)
        {
            try
            {
                Require.That(!string.IsNullOrWhiteSpace(options.Model), "NowcastModelOptions.Model", "a checkpoint's path", null);
                options.Validate();
                return ValidateOptionsResult.Success;
            }
            catch (ConfigurationException error)
            {
                return ValidateOptionsResult.Fail(error.Message);
            }
        }
    }

    // The same model as a forecaster, which the container does not dispose a second time.
    private sealed class Shared(NowcastModel model) : INowcaster
    {
        public string Name => model.Name;

        public NowcastEnsemble Forecast(RadarSequence past, NowcastOptions? options, IProgress<NowcastProgress>? progress,
            CancellationToken cancellation) => model.Forecast(past, options, progress, cancellation);
    }
}
