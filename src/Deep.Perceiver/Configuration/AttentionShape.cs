namespace Deep.Perceivers;

/// <summary>Which side of a cross-attend decides the width of queries and keys where the configuration does not.</summary>
public enum AttentionShape
{
    /// <summary>The context's channels (DeepMind's "kv", the default of every released model).</summary>
    Context,

    /// <summary>The query's channels (DeepMind's "q"; krasserm).</summary>
    Query,
}
