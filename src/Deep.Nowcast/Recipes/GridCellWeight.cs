namespace Deep.Nowcast.Recipes;

/// <summary>How much a cell weighs by its observed rain y (mm/h) in <see cref="GridCellRegularizer"/>.</summary>
/// <remarks>The paper prints max(y + 1, 24) and says "clipped at 24"; public code differs among itself. With a cap of 24:</remarks>
public enum GridCellWeight
{
    /// <summary>min(y + 1, 24): what the paper's text says. Dry cells weigh 1.</summary>
    TruncatedPlusOne,

    /// <summary>min(max(y, 0), 24): DeepMind's pseudocode. Dry cells weigh nothing.</summary>
    Pseudocode,

    /// <summary>max(y + 1, 24): as printed in the paper. Dry cells weigh as much as 23 mm/h.</summary>
    AsPrinted,

    /// <summary>min(max(y, 1), 24): mfai of Météo-France.</summary>
    AtLeastOne,
}
