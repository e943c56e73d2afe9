using Deep;
using Deep.Benchmarks;

const string usage = """
    Deep.Benchmarks: our networks beside a peer, in one process, by turns.

      compare --model NAME [--peer FILE.pt|FILE.onnx] [--checkpoint FILE] [--size 192] [--batch 1] [--threads 2]
              [--precision f32|bf16] [--turns 10] [--runs 5] [--plain]
          Milliseconds (median), CPU seconds and ratio of each; our share of the machine's matrix-product peak.
          --plain times the training form of the network in the place of ForInference.
      layers  --model NAME [--size 192] [--batch 1] [--threads 2] [--precision f32|bf16]
          Rate of each convolution, and its share of the peak.
      load    --model NAME --checkpoint FILE [--checkpoint FILE ...]
          Time and peak memory of loading each file in a process of its own; whether all give the same bits.
      optimizers [--tensors 200] [--size 64] [--threads 2] [--turns 10] [--runs 5]
          Milliseconds (median, best) of a step of each optimiser over that many square tensors, beside TorchSharp's own.
      training [--batch 128] [--threads 2] [--precision f32|bf16] [--turns 10] [--runs 5]
          Training steps beside loops by hand with TorchSharp's own optimisers; busy share, live tensors, peak memory.
      pipeline [--threads 2] [--turns 10]
          Pictures a second of the input of training by itself and in training, with 0, 1 and 2 workers;
          DEEP_SHARED names the folder with data/images/china.jpg and flower.jpg.
      attention [--batch 4] [--length 1024] [--threads 2] [--precision f32|bf16] [--turns 10] [--runs 5]
          Shaped attention (E-SPA, U-SPA) beside plain causal attention, forward and with backward; its memory at several lengths.
      perceiver --model language|learned|fourier|conv|flow|multimodal --peer FILE.pt [--threads 2] [--turns 3] [--memory]
          A Perceiver in f32 and bf16 beside Hugging Face's, traced to TorchScript, with the peer's weights: median, best, CPU seconds,
          ratios, differences of the outputs. The peer's clip is 128 calls, of which one is measured. --memory adds the peak of each alone.
      perceiver-scaling [--threads 2] [--precision f32|bf16] [--turns 3] [--plot FILE.png]
          Time against the size of input and output, 1k to 256k, with the slope in logarithms.
      nowcast-extrapolation [--turns 10]
          An extrapolation of 18 steps on 640 x 710 cells, its motion and its advection, and a STEPS-like ensemble of two members;
          DEEP_SHARED names the folder with data/nowcast/mch/20160711, else the rain is synthetic.
      nowcast --peer FILE.pt [--members 1] [--steps 18] [--threads 2] [--turns 3] [--memory]
          DGMR's generator in f32 and bf16 beside openclimatefix's, traced to TorchScript for frames of 256 x 256, with the peer's weights.
          The peer makes one member a call. --memory adds the peak of each alone; --only f32|bf16 --height 1536 --width 1280 the peak of a frame.
      peak    [--threads 2]
          The highest rate of matrix products that this machine shows.
    """;

try
{
    if (args.Length == 0 || args[0] is "--help" or "-h")
    {
        Console.WriteLine(usage);
        return args.Length == 0 ? 2 : 0;
    }

    var options = BenchmarkOptions.Parse(args);
    switch (args[0])
    {
        case "compare":
            Comparison.Run(options);
            return 0;
        case "layers":
            LayerRates.Run(options);
            return 0;
        case "load":
            return Loading.Run(options);
        case "load-one":
            Loading.RunOne(options);
            return 0;
        case "optimizers":
            OptimizerSpeed.Run(options);
            return 0;
        case "training":
            TrainingSpeed.Run(options);
            return 0;
        case "pipeline":
            Pipeline.Run(options);
            return 0;
        case "attention":
            AttentionSpeed.Run(options);
            return 0;
        case "perceiver":
            PerceiverSpeed.Run(options);
            return 0;
        case "perceiver-scaling":
            PerceiverScaling.Run(options);
            return 0;
        case "nowcast-extrapolation":
            ExtrapolationSpeed.Run(options);
            return 0;
        case "nowcast":
            NowcastSpeed.Run(options);
            return 0;
        case "peak":
            MatrixPeak.Print(options);
            return 0;
        default:
            throw new ConfigurationException("command", "compare, layers, load, optimizers, training, pipeline, attention, perceiver, perceiver-scaling, nowcast or peak", args[0]);
    }
}
catch (DeepException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
