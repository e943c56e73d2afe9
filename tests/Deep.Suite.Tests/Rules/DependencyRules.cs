using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Deep.Suite.Tests.Rules;

/// <summary>Who may know whom (docs/architecture.md): arrows point downward and never turn back.</summary>
public sealed class DependencyRules
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Deep.Core"] = [],
        ["Deep.ImageSharp"] = ["Deep.Core"],
        ["Deep.Training"] = ["Deep.Core"],
        ["Deep.Training.Plots"] = ["Deep.Core", "Deep.Training"],
        ["Deep.NFNet"] = ["Deep.Core", "Deep.Training"],
        ["Deep.Perceiver"] = ["Deep.Core", "Deep.Training"],
        ["Deep.Nowcast"] = ["Deep.Core", "Deep.Training"],
        ["Deep.Nowcast.Plots"] = ["Deep.Core", "Deep.Nowcast"],
        ["Deep.Cli"] = ["Deep.Core", "Deep.Training", "Deep.Training.Plots", "Deep.NFNet", "Deep.Nowcast", "Deep.Nowcast.Plots", "Deep.Perceiver"],
    };

    private static readonly Architecture Suite = new ArchLoader()
        .LoadAssemblies([.. new[] { "Deep.Core", "Deep.Training", "Deep.Training.Plots", "Deep.NFNet", "Deep.Nowcast", "Deep.Nowcast.Plots", "Deep.Perceiver", "Deep.ImageSharp" }.Select(Assembly.Load)])
        .Build();

    public static TheoryData<string> Libraries => [.. MayKnow.Keys.Where(k => k != "Deep.Cli")];

    [Fact]
    public void Every_package_has_its_place_in_the_order() =>
        Assert.Equal(MayKnow.Keys.Order(StringComparer.Ordinal), RepositoryFiles.Packages.Select(p => Path.GetFileName(p)));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_knows_only_those_below_it(string package)
    {
        var known = Assembly.Load(package).GetReferencedAssemblies().Select(a => a.Name!).Where(MayKnow.ContainsKey);
        Assert.Empty(known.Except(MayKnow[package]));
    }

    [Fact]
    public void A_family_uses_the_training_package_only_from_its_recipes() =>
        Types().That().ResideInNamespaceMatching(@"^Deep\.(NFNets|Nowcast|Perceivers)").And().DoNotResideInNamespaceMatching(@"^Deep\.(NFNets|Nowcast|Perceivers)\.(Recipes|Plots)")
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(@"^Deep\.Training")
            .Check(Suite);

    [Fact]
    public void The_model_does_not_know_the_facade() =>
        Classes().That().HaveNameMatching("^NFNet").And().ResideInNamespaceMatching(@"^Deep\.NFNets$")
            .Should().NotDependOnAnyTypesThat().HaveNameMatching("^(ImageClassifier|ServiceCollectionExtensions)")
            .Check(Suite);

    [Fact]
    public void Tensors_know_nothing_of_checkpoints_pictures_and_the_hub() =>
        Types().That().ResideInNamespaceMatching(@"^Deep\.Tensors")
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(@"^Deep\.(Checkpoints|Media|Hub)")
            .Check(Suite);

    [Fact]
    public void Pictures_and_checkpoints_do_not_know_each_other()
    {
        Types().That().ResideInNamespaceMatching(@"^Deep\.Media")
            .Should().NotDependOnAny(
                Types().That().ResideInNamespaceMatching(@"^Deep\.(Checkpoints|Hub)").And().DoNotHaveName("AtomicFile"))
            .Check(Suite);
        Types().That().ResideInNamespaceMatching(@"^Deep\.(Checkpoints|Hub)")
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(@"^Deep\.Media")
            .Check(Suite);
    }

    [Fact]
    public void Only_the_package_of_figures_meets_the_plotting_library() =>
        Types().That().ResideInNamespaceMatching(@"^Deep\.").And().DoNotResideInNamespaceMatching(@"^Deep\.(Nowcast|Training)\.Plots")
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching("^ScottPlot")
            .Check(Suite);

    [Fact]
    public void Only_the_core_meets_the_picture_decoder() =>
        Types().That().ResideInNamespaceMatching(@"^Deep\.(NFNets|Nowcast|Perceivers|Training|ImageSharp)").And().DoNotResideInNamespaceMatching(@"^Deep\.(Nowcast|Training)\.Plots")
            .Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching("^SkiaSharp")
            .Check(Suite);
}
