using Deep;
using Deep.NFNets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers image classification with NFNets.</summary>
public static class NFNetServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="ImageClassifier"/> for the whole application; it is loaded when first asked for.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; <see cref="ImageClassifierOptions.Model"/> is required.</param>
    /// <returns><paramref name="services"/>, to go on.</returns>
    /// <remarks>
    /// Wrong options are an <see cref="OptionsValidationException"/> at start or first use, naming option, range and
    /// value.
    /// </remarks>
    public static IServiceCollection AddNFNet(this IServiceCollection services,
        Action<ImageClassifierOptions> configure)
    {
        AddOptions(services, Options.Options.DefaultName, configure);
        services.TryAddSingleton(provider => Create(provider, Options.Options.DefaultName));
        return services;
    }

    /// <summary>Adds one <see cref="ImageClassifier"/> under a key, for applications with several models.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="key">The key to ask for it with, as in <c>[FromKeyedServices("fast")] ImageClassifier
    /// classifier</c>.</param>
    /// <param name="configure">Sets the options; <see cref="ImageClassifierOptions.Model"/> is required.</param>
    /// <returns><paramref name="services"/>, to go on.</returns>
    public static IServiceCollection AddNFNet(this IServiceCollection services, string key,
        Action<ImageClassifierOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        AddOptions(services, key, configure);
        services.TryAddKeyedSingleton(key, (provider, _) => Create(provider, key));
        return services;
    }

    private static void AddOptions(IServiceCollection services, string name, Action<ImageClassifierOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<ImageClassifierOptions>(name).Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ImageClassifierOptions>,
            OptionsValidator>());
    }

    private static ImageClassifier Create(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<ImageClassifierOptions>>().Get(name);
        return ImageClassifier.Load(options.Model!, options, provider.GetService<ILogger<ImageClassifier>>());
    }

    private sealed class OptionsValidator : IValidateOptions<ImageClassifierOptions>
    {
        public ValidateOptionsResult Validate(string? name, ImageClassifierOptions options)
        {
            try
            {
                ImageClassifierOptions.Require(!string.IsNullOrWhiteSpace(options.Model), nameof(options.Model),
                    "a path, hf:owner/name or a variant", null);
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
