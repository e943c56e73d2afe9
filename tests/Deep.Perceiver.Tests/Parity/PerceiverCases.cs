using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Families;

namespace Deep.Tests.Perceivers.Parity;

/// <summary>The cases of the family through the runner, and the settings that they depend on.</summary>
public sealed class PerceiverCases
{
    [SharedTheory]
    [InlineData("decoder_nofinal")]
    [InlineData("dm_conv_tiny")]
    [InlineData("dm_mlm_allmasked")]
    [InlineData("dm_mlm_mask")]
    [InlineData("dm_mlm_mid")]
    [InlineData("dm_mlm_tiny")]
    [InlineData("flow_tanhgelu")]
    [InlineData("flow_tiny_b2")]
    [InlineData("img_conv_mid")]
    [InlineData("img_conv_nonsquare")]
    [InlineData("img_fourier_avgproject")]
    [InlineData("img_fourier_mid")]
    [InlineData("img_fourier_nonsquare")]
    [InlineData("img_fourier_tiny")]
    [InlineData("img_learned_attn")]
    [InlineData("img_learned_tiny")]
    [InlineData("kras_fewer_cross")]
    [InlineData("kras_repeat_cross")]
    [InlineData("kras_repeat_cross_allown")]
    [InlineData("lucid_image")]
    [InlineData("lucid_io_latents")]
    [InlineData("lucid_io_tied")]
    [InlineData("lucid_mid_tied")]
    [InlineData("lucid_nohead")]
    [InlineData("lucid_pointcloud_nofourier")]
    [InlineData("lucid_video")]
    [InlineData("mlm_tiny")]
    [InlineData("mlm_tiny_attn")]
    [InlineData("mlm_tiny_blocks")]
    [InlineData("mlm_tiny_mask")]
    [InlineData("mlm_tiny_qkdefault_kv")]
    [InlineData("mlm_tiny_qkdefault_q")]
    [InlineData("model_raw_1latent")]
    [InlineData("model_raw_mask")]
    [InlineData("multimodal_tiny_chunk")]
    [InlineData("multimodal_widelabel")]
    [InlineData("prep_audio")]
    [InlineData("prep_patches_linear")]
    [InlineData("prep_patches_video")]
    [InlineData("prep_pixels_fourier")]
    [InlineData("prep_pixels_fourier_sine")]
    [InlineData("query_subsampled_3d")]
    [InlineData("seqcls_mid")]
    [InlineData("seqcls_tiny")]
    public void A_case_passes(string name)
    {
        var result = Run(SharedData.At("parity", "perceiver", name + ".json"));
        Assert.True(result.Status == CaseStatus.Pass, result.ToString());
    }

    [SharedTheory]
    [InlineData("mlm_tiny", "\"num_cross_attention_heads\":4", "\"num_cross_attention_heads\":2")]
    [InlineData("mlm_tiny", "\"decoder_num_heads\":8", "\"decoder_num_heads\":4")]
    [InlineData("mlm_tiny_blocks", "\"num_blocks\":3", "\"num_blocks\":2")]
    [InlineData("dm_mlm_tiny", "\"hidden_act\":\"gelu_tanh\"", "\"hidden_act\":\"gelu\"")]
    [InlineData("dm_mlm_allmasked", "\"mask_semantics\":\"deepmind\"", "\"mask_semantics\":\"huggingface\"")]
    [InlineData("dm_conv_tiny", "\"conv_padding\":\"same\"", "\"conv_padding\":\"huggingface\"")]
    [InlineData("flow_tiny_b2", "\"num_self_attention_heads\":16", "\"num_self_attention_heads\":8")]
    [InlineData("multimodal_tiny_chunk", "\"samples_per_patch\":8", "\"samples_per_patch\":16")]
    [InlineData("prep_pixels_fourier", "\"sine_only\":false", "\"sine_only\":true")]
    [InlineData("kras_fewer_cross", "\"num_cross_attention_layers\":2", "\"num_cross_attention_layers\":3")]
    [InlineData("lucid_image", "\"max_freq\":10.0", "\"max_freq\":12.0")]
    [InlineData("lucid_image", "\"latent_heads\":4,", "")]
    [InlineData("img_fourier_tiny", "\"num_labels\":10", "\"number_of_labels\":10")]
    public void A_case_with_another_setting_fails(string name, string setting, string other)
    {
        var text = File.ReadAllText(SharedData.At("parity", "perceiver", name + ".json"));
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

    private static CaseResult Run(string file) =>
        new ParityRunner(FamilyList.All, SharedFolder.Find(null, [file])).Run(file);
}
