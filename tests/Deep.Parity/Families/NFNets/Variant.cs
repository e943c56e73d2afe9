using Deep.Parity.Cases;

namespace Deep.Parity.Families.NFNets;

/// <summary>Which of the two references a case follows.</summary>
internal static class Variant
{
    /// <summary>Of unit cases: <c>config.variant</c>.</summary>
    public static bool IsDeepMind(CaseConfig config) => config.Text("variant") switch
    {
        "deepmind" => true,
        "timm" => false,
        var other => throw new MalformedCaseException($"the variant {other} is not known"),
    };

    /// <summary>Of whole networks: <c>config.naming</c>, with the layouts that go with it.</summary>
    public static bool IsHaiku(CaseConfig config)
    {
        var naming = config.Text("naming");
        var haiku = naming.StartsWith("haiku-flat", StringComparison.Ordinal);
        if (!haiku && naming != "timm")
        {
            throw new MalformedCaseException($"the naming {naming} is not known");
        }

        Require(config, "input_layout", haiku ? "NHWC" : "NCHW");
        Require(config, "conv_weight_layout", haiku ? "HWIO" : "OIHW");
        Require(config, "linear_weight_layout", haiku ? "IO" : "OI");
        return haiku;
    }

    /// <summary>A setting that has only one value here; another one is refused instead of ignored.</summary>
    public static void Require(CaseConfig config, string key, string only)
    {
        if (config.Text(key, only) is var found && found != only)
        {
            throw new MalformedCaseException($"{key} is {found}; only {only} is known");
        }
    }
}
