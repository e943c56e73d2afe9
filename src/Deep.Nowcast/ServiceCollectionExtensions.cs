using Deep.Nowcast;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers forecasters of rain.</summary>
public static class NowcastServiceCollectionExtensions
{
    /// <summary>Adds forecasters of rain, each one for the whole application; a model is loaded when it is first asked
    /// for.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Adds the forecasters, such as
    /// <c>nowcast => nowcast.AddModel(options => options.Model = "dgmr").AddExtrapolation()</c>.</param>
    /// <returns><paramref name="services"/>, to go on.</returns>
    /// <remarks>
    /// Wrong options are a <see cref="Options.OptionsValidationException"/> at start or first use, naming option, range
    /// and value.
    /// </remarks>
    public static IServiceCollection AddNowcast(this IServiceCollection services, Action<NowcastServices> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        configure(new NowcastServices(services));
        return services;
    }
}
