using Deep.Nowcast;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.Nowcast.Graph;

/// <summary>The reference's settings as a configuration.</summary>
internal static class DgmrCaseConfig
{
    /// <summary>The variant that a case is of: openclimatefix's unless it says otherwise.</summary>
    public static DgmrConfig Variant(CaseConfig config)
    {
        var variant = config.Text("variant", "openclimatefix") switch
        {
            "openclimatefix" => DgmrConfig.OpenClimateFix,
            "pseudocode" => DgmrConfig.Pseudocode,
            var other => throw new MalformedCaseException($"the variant {other} is not known"),
        };
        return variant with
        {
            Attention = (config.Text("attention", "") is { Length: > 0 } said ? said : config.Text("axes", "")) switch
            {
                "" => variant.Attention,
                "ocf_chw_as_hwc" => AttentionAxes.OpenClimateFix,
                "dm_spatial" => AttentionAxes.Spatial,
                var other => throw new MalformedCaseException($"the axes {other} are not known"),
            },
        };
    }

    /// <summary>Of a generator, whole or within a model.</summary>
    public static DgmrConfig Generator(ParityCase parity)
    {
        var config = parity.Config;
        var variant = Variant(config);
        config.Informational("output_shape");
        return variant with
        {
            SpatialFrames = 1,
            InputChannels = config.Whole("input_channels", 1),
            ForecastSteps = config.Whole("forecast_steps"),
            LatentChannels = config.Whole("latent_channels"),
            ContextChannels = config.Has("c0") ? 8 * config.Whole("c0") : config.Whole("context_channels"),
            NoiseChannels = config.Whole("z_channels", config.Integers("latent_shape", [8])[0]),
        };
    }
}
