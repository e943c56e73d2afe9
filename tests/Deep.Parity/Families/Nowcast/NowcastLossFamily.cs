using Deep.Nowcast.Recipes;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast;

/// <summary>The losses of DGMR with every public weighting of the regulariser.</summary>
public sealed class NowcastLossFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nowcast" && parity.Model == "losses";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        // λ and the number of members are told beside the losses, which do not contain them.
        parity.Config.Informational("n_samples", "lambda_");
        var cap = parity.Config.Number("weight_cap");
        using var scope = NewDisposeScope();
        var (generated, real) = (parity.Tensor("score_generated"), parity.Tensor("score_real"));
        check.Give("hinge_disc", HingeLoss.OfDiscriminator(real, generated));
        check.Give("hinge_disc_split", HingeLoss.OfDiscriminator(real, generated, HingeForm.SumOfTwo));
        check.Give("hinge_gen", HingeLoss.OfGenerator(generated));

        var (mean, target) = (parity.Tensor("gen").relu().mean([0]), parity.Tensor("target").relu());
        Tensor Of(GridCellWeight weight) => new GridCellRegularizer { Weight = weight, Cap = cap }.Of(mean, target);
        check.Give("grid_pseudocode_clip0_24", Of(GridCellWeight.Pseudocode));
        check.Give("grid_paper_min_yplus1_24", Of(GridCellWeight.TruncatedPlusOne));
        check.Give("grid_paper_literal_max_yplus1_24", Of(GridCellWeight.AsPrinted));
        check.Give("grid_mfai_clip1_24", Of(GridCellWeight.AtLeastOne));

        // openclimatefix sums over all cells, divides by the lead times and multiplies by the sides; the package has no such option.
        var weights = new GridCellRegularizer { Weight = GridCellWeight.AsPrinted, Cap = cap }.WeightOf(target);
        using TorchSharp.Scalar steps = target.shape[1], height = target.shape[3], width = target.shape[4];
        check.Give("grid_ocf_GridCellLoss_buggy", mean.sub(target).mul(weights).norm(1.0f).div(steps).mul(height).mul(width));
    }
}
