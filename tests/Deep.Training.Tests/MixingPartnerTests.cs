namespace Deep.Training.Tests;

public class MixingPartnerTests
{
    [Fact]
    public void Copies_have_partners_of_their_own_by_default()
    {
        var plan = Mixing.NFNet.Plan(32, 8, 8, new RandomState(1), copies: 4);
        Assert.Equal(plan.Partners, Mixing.NFNet.Plan(32, 8, 8, new RandomState(1), copies: 1).Partners);
        Assert.Equal(Enumerable.Range(0, 32), plan.Partners.Order());
        Assert.Contains(Enumerable.Range(0, 8), picture => plan.Partners.AsSpan(picture * 4, 4).ToArray().Select(p => p / 4).Distinct().Count() > 1);
        Assert.Equal(16, plan.Ratios.Distinct().Count());
    }

    [Fact]
    public void Copies_share_partner_ratio_and_box_where_it_is_asked_for()
    {
        var plan = (Mixing.NFNet with { Partner = MixingPartner.Shared }).Plan(36, 8, 8, new RandomState(1), copies: 4);
        var unshared = Mixing.NFNet.Plan(9, 8, 8, new RandomState(1), copies: 1);
        Assert.Equal((16, 20), (plan.Ratios.Length, plan.Boxes.Length));
        for (var i = 0; i < 36; i++)
        {
            Assert.Equal((unshared.Partners[i / 4] * 4) + (i % 4), plan.Partners[i]);
        }

        Assert.Equal(unshared.Ratios, plan.Ratios.Where((_, i) => i % 4 == 0));
        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(plan.Ratios[i - (i % 4)], plan.Ratios[i]));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(unshared.Boxes[i / 4], plan.Boxes[i]));
    }

    [Fact]
    public void A_batch_with_shared_partners_has_one_target_for_all_copies_of_a_picture()
    {
        var options = new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(12, 4),
            Mixing = Mixing.NFNet with { Partner = MixingPartner.Shared },
        };
        var batches = new PictureBatches(TestPictures.Set(), options);
        for (var step = 0; step < 6; step++)
        {
            using var batch = batches.Read(step, 0, 1);
            var (mixed, ratio) = (batch.MixLabels!.data<long>().ToArray(), batch.Ratio!.data<float>().ToArray());
            Assert.All(Enumerable.Range(0, 12), i => Assert.Equal((mixed[i - (i % 4)], ratio[i - (i % 4)]), (mixed[i], ratio[i])));
        }

        batches.Read(0, 2, 3).Dispose();
        Assert.Contains("PerCopy", Assert.Throws<ConfigurationException>(() => batches.Read(0, 0, 6)).Message, StringComparison.Ordinal);
    }
}
