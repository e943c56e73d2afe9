using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>T5's relative bias: a trained number for each head and bucket of distances (1910.10683, section 2.1).</summary>
/// <remarks>
/// Half of a direction's buckets hold one distance each, the others ranges that grow logarithmically up to 128; all further distances share
/// the last. Without a causal mask each direction has half of the 32 buckets. All numbers start at 0. Parameter: weight [32, H].
/// </remarks>
public sealed class T5Bias : PositionBias
{
    private const int Buckets = 32;
    private const double LongestDistance = 128;
    private readonly bool causal;
    private readonly int heads;

    /// <summary>A bias that is 0.</summary>
    /// <param name="heads">H.</param>
    /// <param name="causal">Whether keys after the query are masked.</param>
    /// <param name="device">Where the parameter is; null: the default device.</param>
    public T5Bias(int heads, bool causal, Device? device = null)
        : base(nameof(T5Bias), causal)
    {
        (this.heads, this.causal) = (heads, causal);
        register_parameter("weight", ModuleParameter.Of(zeros(Buckets, heads, device: device)));
    }

    /// <summary>The numbers of each bucket and head [32, H].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>The bucket of a pair of positions.</summary>
    /// <param name="query">The query's position.</param>
    /// <param name="key">The key's position.</param>
    /// <param name="causal">Whether keys after the query are masked; then they share the bucket of distance 0.</param>
    /// <returns>0 to 31.</returns>
    public static int BucketOf(long query, long key, bool causal)
    {
        var (ofDirection, offset) = causal ? (Buckets, 0) : (Buckets / 2, key > query ? Buckets / 2 : 0);
        var distance = causal ? Math.Max(query - key, 0) : Math.Abs(query - key);
        var single = ofDirection / 2;
        if (distance < single)
        {
            return offset + (int)distance;
        }

        var range = Math.Log((double)distance / single) / Math.Log(LongestDistance / single) * (ofDirection - single);
        return offset + Math.Min(single + (int)range, ofDirection - 1);
    }

    /// <inheritdoc/>
    private protected override Tensor Bias(long first, long queries, long keys)
    {
        var buckets = new long[queries * keys];
        for (var q = 0L; q < queries; q++)
        {
            for (var k = 0L; k < keys; k++)
            {
                buckets[(q * keys) + k] = BucketOf(first + q, k, causal);
            }
        }

        return Weight.index_select(0, tensor(buckets, device: Weight.device)).t().reshape(heads, queries, keys);
    }
}
