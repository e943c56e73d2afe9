using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Families;

namespace Deep.Tests.Nowcast.Parity;

/// <summary>The cases of the graph through the runner; those of seconds only, the others run in the runner alone.</summary>
public sealed class DgmrCases
{
    [SharedTheory]
    [InlineData("attention_48_4x6")]
    [InlineData("attention_dm_48_4x6")]
    [InlineData("convgru_12_8_s3")]
    [InlineData("ctx_stack_c24_t2")]
    [InlineData("ctx_stack_c96_in2")]
    [InlineData("dblock2d_12_12_keep")]
    [InlineData("dblock2d_4_8_norelu")]
    [InlineData("dblock3d_4_6_norelu")]
    [InlineData("dm_ctx_c8")]
    [InlineData("dm_dblock_6_6_down")]
    [InlineData("dm_generator_64")]
    [InlineData("dm_up_gblock_8_4")]
    [InlineData("gblock_12_12")]
    [InlineData("gblock_8_5_proj")]
    [InlineData("generator_96x64_l96_c48_s3")]
    [InlineData("latent_stack_c64")]
    [InlineData("lblock_6_6")]
    [InlineData("sampler_l32_c16_s2")]
    [InlineData("sampler_l48_c16_s6_o2")]
    [InlineData("spatial_disc_32_l1_in2")]
    [InlineData("temporal_disc_64_l1")]
    [InlineData("train_convgru_cell_10_4")]
    [InlineData("train_dblock2d_8_16")]
    [InlineData("train_dblock3d_4_6")]
    [InlineData("up_gblock_12_6")]
    public void A_case_passes(string name)
    {
        var result = Run(SharedData.At("parity", "nowcast", name + ".json"));
        Assert.True(result.Status == CaseStatus.Pass, result.ToString());
    }

    [SharedTheory]
    [InlineData("attention_48_4x6", "ocf_chw_as_hwc", "dm_spatial")]
    [InlineData("dblock2d_4_8_norelu", "\"first_relu\":false", "\"first_relu\":true")]
    [InlineData("dblock2d_4_8_norelu", "sn_v", "sn_w")]
    public void A_case_of_other_semantics_fails(string name, string text, string other)
    {
        var file = Path.GetTempFileName();
        try
        {
            var original = File.ReadAllText(SharedData.At("parity", "nowcast", name + ".json")).Replace("\": ", "\":", StringComparison.Ordinal);
            Assert.Contains(text, original, StringComparison.Ordinal);
            File.WriteAllText(file, original.Replace(text, other, StringComparison.Ordinal));
            Assert.Equal(CaseStatus.Fail, Run(file).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static CaseResult Run(string file) => new ParityRunner(FamilyList.All, new SharedFolder(SharedData.Folder!)).Run(file);
}
