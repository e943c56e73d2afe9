using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>The commands below <c>deep nowcast</c>.</summary>
internal static class NowcastCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(IConfigurator<CommandSettings> nowcast)
    {
        nowcast.AddCommand<NowcastRunCommand>("run")
            .WithDescription("Forecasts rain from the newest radar files; writes numbers, maps and an animation.")
            .WithExample("nowcast", "run", "radar/")
            .WithExample("nowcast", "run", "radar/", "--model", "dgmr-small", "--coarsen", "2", "--members", "20")
            .WithExample("nowcast", "run", "radar/", "--model", "dgmr.safetensors", "--members", "20", "--above", "4")
            .WithExample("nowcast", "run", "radar/", "--model", "steps", "--members", "10", "--format", "nc", "--json");
        nowcast.AddCommand<NowcastVerifyCommand>("verify")
            .WithDescription("Forecasts past events, and says how good that was beside persistence and extrapolation.")
            .WithExample("nowcast", "verify", "radar/event/", "--coarsen", "2", "--steps", "12")
            .WithExample("nowcast", "verify", "radar/event/", "--model", "dgmr.safetensors", "--model", "steps", "--out", "report");
        nowcast.AddCommand<TrainNowcastCommand>("train")
            .WithDescription("Trains a DGMR on radar sequences, those with rain more often.")
            .WithExample("nowcast", "train", "radar/summer/", "radar/winter/", "--test", "radar/spring/", "--preset", "small", "--coarsen", "2")
            .WithExample("nowcast", "train", "radar/", "--test", "other/", "--config", "dgmr.json", "--size", "256");
    }
}
