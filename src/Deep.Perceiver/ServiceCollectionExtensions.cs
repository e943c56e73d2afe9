using Deep.Perceivers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the ready-made uses of Perceivers.</summary>
public static class PerceiverServiceCollectionExtensions
{
    /// <summary>
    /// Adds uses of Perceivers, each one for the whole application; a model is loaded when it is first asked for.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Adds the uses, such as
    /// <c>perceiver => perceiver.AddMaskFiller(options => options.Model = "bytes.safetensors")</c>.</param>
    /// <returns><paramref name="services"/>, to go on.</returns>
    /// <remarks>
    /// Wrong options are a <see cref="Options.OptionsValidationException"/> at start or first use, naming option, range
    /// and value.
    /// </remarks>
    public static IServiceCollection AddPerceiver(this IServiceCollection services, Action<PerceiverServices> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        configure(new PerceiverServices(services));
        return services;
    }
}
