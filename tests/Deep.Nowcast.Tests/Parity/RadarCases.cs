using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Families;

namespace Deep.Tests.Nowcast.Parity;

/// <summary>The cases of readers and units through the runner.</summary>
public sealed class RadarCases
{
    [SharedTheory]
    [InlineData("nowcast_readers", "bom_nc_0")]
    [InlineData("nowcast_readers", "bom_nc_30")]
    [InlineData("nowcast_readers", "fmi_pgm_20160928_0")]
    [InlineData("nowcast_readers", "fmi_pgm_20170509_20")]
    [InlineData("nowcast_readers", "fmi_pgm_20170509_39")]
    [InlineData("nowcast_readers", "knmi_h5_0")]
    [InlineData("nowcast_readers", "knmi_h5_91")]
    [InlineData("nowcast_readers", "mch_gif_20150515_0")]
    [InlineData("nowcast_readers", "mch_gif_20150515_17")]
    [InlineData("nowcast_readers", "mch_gif_20160711_0")]
    [InlineData("nowcast_readers", "mch_gif_20160711_39")]
    [InlineData("nowcast_readers", "mch_gif_20170131_0")]
    [InlineData("nowcast_readers", "odim_acrr")]
    [InlineData("nowcast_readers", "odim_dbzh")]
    [InlineData("nowcast_readers", "odim_rate")]
    [InlineData("nowcast_metrics", "accum5min_to_rate")]
    [InlineData("nowcast_metrics", "db_transform_0.1_-15")]
    [InlineData("nowcast_metrics", "dbz_to_rate_223_1.53")]
    [InlineData("nowcast_metrics", "rate_to_dbz_316_1.5")]
    [InlineData("nowcast_metrics", "importance_bom_0.0001_0.1_1.0")]
    [InlineData("nowcast_metrics", "importance_bom_0.0002_0.5_4.0")]
    [InlineData("nowcast_metrics", "importance_mch_0.0001_0.1_1.0")]
    [InlineData("nowcast_metrics", "importance_mch_nan_0.0001_0.1_1.0")]
    [InlineData("nowcast_metrics", "importance_mch_nan_0.0002_0.5_4.0")]
    public void A_case_passes(string folder, string name)
    {
        var result = Run(SharedData.At("parity", folder, name + ".json"));
        Assert.True(result.Status == CaseStatus.Pass, result.ToString());
    }

    [SharedTheory]
    [InlineData("nowcast_readers", "knmi_h5_0", "\"nan_count\":398271", "\"nan_count\":398270")]
    [InlineData("nowcast_readers", "knmi_h5_0", "\"y2\":-3650.0", "\"y2\":-3651.0")]
    [InlineData("nowcast_readers", "bom_nc_0", "+lat_1=-18.000", "+lat_1=-19.000")]
    [InlineData("nowcast_readers", "fmi_pgm_20160928_0", "\"zr_b\":1.53", "\"zr_b\":1.6")]
    [InlineData("nowcast_metrics", "importance_bom_0.0001_0.1_1.0", "\"m\":0.1", "\"m\":0.2")]
    [InlineData("nowcast_metrics", "dbz_to_rate_223_1.53", "\"zr_a\":223.0", "\"zr_a\":224.0")]
    public void A_case_with_another_number_fails(string folder, string name, string number, string other)
    {
        var text = File.ReadAllText(SharedData.At("parity", folder, name + ".json"));
        Assert.Contains(number, text, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text.Replace(number, other, StringComparison.Ordinal));
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
