using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Families;

namespace Deep.Tests.Nowcast.Parity;

/// <summary>The cases of advection through the runner.</summary>
public sealed class SemiLagrangianCases
{
    [SharedTheory]
    [InlineData("const_n0")]
    [InlineData("const_n3")]
    [InlineData("rot_n1")]
    [InlineData("rot_n3")]
    [InlineData("shear_n1")]
    [InlineData("shear_n3")]
    public void A_case_passes(string name)
    {
        var result = Run(SharedData.At("parity", "nowcast_metrics", $"semilagrangian_{name}.json"));
        Assert.True(result.Status == CaseStatus.Pass, result.ToString());
    }

    [SharedFact]
    public void A_case_with_another_number_fails()
    {
        var text = File.ReadAllText(SharedData.At("parity", "nowcast_metrics", "semilagrangian_rot_n1.json"));
        Assert.Contains("\"n_iter\":1", text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text.Replace(" ", "", StringComparison.Ordinal).Replace("\"n_iter\":1", "\"n_iter\":2", StringComparison.Ordinal));
        try
        {
            Assert.Equal(CaseStatus.Fail, Run(file).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static CaseResult Run(string file) =>
        new ParityRunner(FamilyList.All, new SharedFolder(SharedData.Folder!)).Run(file);
}
