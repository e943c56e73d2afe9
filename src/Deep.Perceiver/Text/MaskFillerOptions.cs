namespace Deep.Perceivers;

/// <summary>What a <see cref="MaskFiller"/> loads and how it fills.</summary>
public sealed class MaskFillerOptions : PerceiverOptions
{
    /// <summary>Bytes that are suggested for each hidden one, 1 to 256. Default 5.</summary>
    public int Top { get; set; } = 5;

    /// <summary>Texts that are computed at once, 1 to 1024: more are computed in turn. Default 16.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>What stands in a text for one hidden byte. Default "[MASK]".</summary>
    public string MaskString { get; set; } = "[MASK]";

    /// <summary>
    /// What the model sees around the bytes. Default DeepMind's form, nothing, as the released model was trained;
    /// Hugging Face's puts CLS before and SEP after.
    /// </summary>
    public TokenizerForm Form { get; set; } = TokenizerForm.DeepMind;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(Top is >= 1 and <= 256, "1 to 256", Top);
        Check(BatchSize is >= 1 and <= 1024, "1 to 1024", BatchSize);
        Check(!string.IsNullOrEmpty(MaskString), "a text of one character or more", MaskString);
        Check(Enum.IsDefined(Form), "a form of the enumeration", Form);
    }
}
