using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Families;
using Deep.Tests;

namespace Deep.NFNets.Tests.Parity;

/// <summary>A handful of real cases through the runner, one of each kind; the whole folder is run by the runner itself.</summary>
public sealed class QuickCases
{
    [SharedTheory]
    [InlineData("nfnet/dm_NFNet_tiny_patterns_1x64")]
    [InlineData("nfnet/dm_agc_clip0.01")]
    [InlineData("nfnet/dm_loss_mix_smooth")]
    [InlineData("nfnet/dm_mixup_cutmix")]
    [InlineData("nfnet/dm_schedules")]
    [InlineData("nfnet/dm_stochdepth")]
    [InlineData("nfnet/dm_train3_tiny_relu_alpha")]
    [InlineData("nfnet/dm_wsconv_3x3_s2_odd")]
    [InlineData("nfnet/timm_agc_clip0.02_norm1")]
    [InlineData("nfnet/timm_features_test_nfnet_1x96")]
    [InlineData("nfnet/timm_preprocess_eca_nfnet_l0_testsize")]
    [InlineData("nfnet/timm_tiny_dm_skip2_odd_1x61x83")]
    [InlineData("nfnet/timm_tiny_nf_os8_1x64")]
    [InlineData("nfnet/timm_train3_tiny")]
    [InlineData("nfnet/timm_wsconv_sym_s2")]
    [InlineData("preprocess/eval_china_64_bicubic")]
    [InlineData("training/agc")]
    [InlineData("training/ema")]
    [InlineData("training/multiplicity")]
    [InlineData("training/sgd_agc_steps")]
    [InlineData("training/simplest_vit_2")]
    [InlineData("training/simplified_block_preln_layernorm_gelu")]
    [InlineData("training/simplified_block_postnorm")]
    [InlineData("training/simplified_block_parallel_default")]
    [InlineData("training/simplified_block_value_skipinit")]
    public void A_case_of_each_kind_passes(string name)
    {
        var result = Run(SharedData.At("parity", name + ".json"));
        Assert.True(result.Status == CaseStatus.Pass, result.ToString());
    }

    [SharedTheory]
    [InlineData("\"alpha\":0.2", "\"alpha\":0.21")]
    [InlineData("\"gamma_in_act\":false", "\"gamma_in_act\":true")]
    [InlineData("\"same_padding\":false", "\"same_padding\":true")]
    [InlineData("\"std_conv_eps\":1e-05", "\"std_conv_eps\":1e-03")]
    [InlineData("\"attn_gain\":2.0", "\"attn_gain\":1.0")]
    [InlineData("\"output_stride\":8", "\"output_stride\":16")]
    [InlineData("\"output_stride\":8", "\"output_size\":8")]
    public void A_case_with_another_setting_fails(string setting, string other)
    {
        var text = File.ReadAllText(SharedData.At("parity", "nfnet", "timm_tiny_nf_os8_1x64.json"));
        Assert.Contains(setting, text, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text.Replace(setting, other, StringComparison.Ordinal));
        try
        {
            Assert.Equal(CaseStatus.Fail, Run(file).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SharedTheory]
    [InlineData("value_skipinit", "\"attn_mat_skip_gain\":1.0", "\"attn_mat_skip_gain\":0.9")]
    [InlineData("value_skipinit", "\"centre_attn\":true", "\"centre_attn\":false")]
    [InlineData("value_skipinit", "\"lrelu_neg_slope\":0.0", "\"lrelu_neg_slope\":0.1")]
    [InlineData("value_skipinit", "\"dot_norm_type\":\"none\"", "\"dot_norm_type\":\"tanh\"")]
    [InlineData("value_skipinit", "\"scale_attn_by_inverse_layer_idx\":false", "\"scale_attn_by_inverse_layer_idx\":true")]
    [InlineData("value_skipinit", "\"qk_norm_type\":\"none\"", "\"qk_norm_type\":\"rmsnorm\"")]
    [InlineData("value_skipinit", "init + 0.1*unit(name)", "init + 0.2*unit(name)")]
    [InlineData("postnorm", "\"norm_position\":\"post\"", "\"norm_position\":\"pre\"")]
    [InlineData("parallel_default", "\"parallel_layers\":true", "\"parallel_layers\":false")]
    public void A_block_with_another_setting_fails(string name, string setting, string other)
    {
        var text = File.ReadAllText(SharedData.At("parity", "training", $"simplified_block_{name}.json"));
        Assert.Contains(setting, text, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text.Replace(setting, other, StringComparison.Ordinal));
        try
        {
            Assert.Equal(CaseStatus.Fail, Run(file).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static CaseResult Run(string file) => new ParityRunner(FamilyList.All, new SharedFolder(SharedData.Folder!)).Run(file);
}
