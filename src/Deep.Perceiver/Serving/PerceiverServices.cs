using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Deep.Perceivers;

/// <summary>The uses of Perceivers that an application registers; see <c>AddPerceiver</c>.</summary>
/// <remarks>
/// Each method takes a key for applications with several models: ask for it as in <c>[FromKeyedServices("fast")]
/// MaskFiller filler</c>. Every use needs <see cref="PerceiverOptions.Model"/>.
/// </remarks>
public sealed class PerceiverServices
{
    private readonly IServiceCollection services;

    internal PerceiverServices(IServiceCollection services) => this.services = services;

    /// <summary>Adds a <see cref="MaskFiller"/>.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <param name="key">The key to ask for it with; null: none.</param>
    /// <returns>This, to go on.</returns>
    public PerceiverServices AddMaskFiller(Action<MaskFillerOptions> configure, string? key = null) =>
        Add<MaskFiller, MaskFillerOptions>(configure, key, MaskFiller.Load);

    /// <summary>Adds a <see cref="PerceiverImageClassifier"/>.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <param name="key">The key to ask for it with; null: none.</param>
    /// <returns>This, to go on.</returns>
    public PerceiverServices AddImageClassifier(Action<PerceiverImageClassifierOptions> configure, string? key = null) =>
        Add<PerceiverImageClassifier, PerceiverImageClassifierOptions>(configure, key, PerceiverImageClassifier.Load);

    /// <summary>Adds an <see cref="OpticalFlow"/>.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <param name="key">The key to ask for it with; null: none.</param>
    /// <returns>This, to go on.</returns>
    public PerceiverServices AddOpticalFlow(Action<OpticalFlowOptions> configure, string? key = null) =>
        Add<OpticalFlow, OpticalFlowOptions>(configure, key, OpticalFlow.Load);

    /// <summary>Adds a <see cref="MultimodalAutoencoder"/>.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <param name="key">The key to ask for it with; null: none.</param>
    /// <returns>This, to go on.</returns>
    public PerceiverServices AddAutoencoder(Action<MultimodalAutoencoderOptions> configure, string? key = null) =>
        Add<MultimodalAutoencoder, MultimodalAutoencoderOptions>(configure, key, MultimodalAutoencoder.Load);

    /// <summary>Adds a <see cref="PointCloudClassifier"/>.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <param name="key">The key to ask for it with; null: none.</param>
    /// <returns>This, to go on.</returns>
    public PerceiverServices AddPointCloudClassifier(Action<PointCloudClassifierOptions> configure, string? key = null) =>
        Add<PointCloudClassifier, PointCloudClassifierOptions>(configure, key, PointCloudClassifier.Load);

    private PerceiverServices Add<TUse, TOptions>(
        Action<TOptions> configure, string? key, Func<string, TOptions?, ILogger<TUse>?, TUse> load)
        where TUse : class
        where TOptions : PerceiverOptions
    {
        ArgumentNullException.ThrowIfNull(configure);
        var name = key ?? Options.DefaultName;
        services.AddOptions<TOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, OptionsValidator<TOptions>>());
        if (key is null)
        {
            services.TryAddSingleton(Create);
        }
        else
        {
            services.TryAddKeyedSingleton(key, (provider, _) => Create(provider));
        }

        return this;

        TUse Create(IServiceProvider provider)
        {
            var options = provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);
            return load(options.Model!, options, provider.GetService<ILogger<TUse>>());
        }
    }

    private sealed class OptionsValidator<TOptions> : IValidateOptions<TOptions>
        where TOptions : PerceiverOptions
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            try
            {
                options.Check(!string.IsNullOrWhiteSpace(options.Model), "a path, hf:owner/name or a variant", null,
                    nameof(options.Model));
                options.Validate();
                return ValidateOptionsResult.Success;
            }
            catch (ConfigurationException error)
            {
                return ValidateOptionsResult.Fail(error.Message);
            }
        }
    }
}
