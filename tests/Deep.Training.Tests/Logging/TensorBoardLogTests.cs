using System.Buffers.Binary;
using System.Text;
using Tensorboard;

namespace Deep.Training.Tests;

public class TensorBoardLogTests
{
    [Fact]
    public void The_files_sums_are_right_and_every_scalar_reads_back()
    {
        using var folder = new TestFolder();
        using (var log = new TensorBoardLog(folder["run"], new FixedClock()))
        {
            log.Report(RunReports.At(10));
            log.Report(RunReports.At(20, evaluated: true));
        }

        var messages = Read(Assert.Single(Directory.GetFiles(folder["run"])));
        Assert.Equal("brain.Event:2", messages[0].FileVersion);
        Assert.Equal([0, 10, 20], messages.Select(message => message.Step));
        Assert.All(messages, message => Assert.Equal(1_800_000_000.25, message.WallTime));
        var report = RunReports.At(20, evaluated: true);
        var scalars = messages[2].Summary.Value.ToDictionary(value => value.Tag, value => value.SimpleValue);
        Assert.Equal((float)report.Loss, scalars["train/loss"]);
        Assert.Equal((float)report.LearningRate, scalars["train/learning_rate"]);
        Assert.Equal(1.5f, scalars["train/gradient_norm"]);
        Assert.Equal(801f, scalars["train/items_per_second"]);
        Assert.Equal(0.25f, scalars["train/clipped_share"]);
        Assert.Equal(0.5f, scalars["train/top5"]);
        Assert.Equal((float)report.Evaluation!.Accuracy, scalars["evaluation/accuracy"]);
        Assert.Equal(0.75f, scalars["evaluation/top5"]);
        Assert.Equal(11, scalars.Count);
    }

    [Fact]
    public void A_resumed_run_goes_on_and_no_step_appears_twice()
    {
        using var folder = new TestFolder();
        foreach (var (from, to) in new[] { (0, 30), (20, 50), (40, 60) })
        {
            using var log = new TensorBoardLog(folder.Path, new FixedClock());
            if (from > 0)
            {
                Tear(Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Last());
                log.Report(RunReports.Event(TrainingEventKind.Resumed, from));
            }

            for (var step = from + 10; step <= to; step += 10)
            {
                log.Report(RunReports.At(step));
            }
        }

        var files = Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Select(Read).ToList();
        var steps = files.SelectMany(messages => messages).Where(message => message.Summary is not null).Select(message => message.Step);
        Assert.Equal([10, 20, 30, 40, 50, 60], steps);
        Assert.Equal(3, files.Count);
        Assert.Equal(
            [21, 41], files.SelectMany(messages => messages).Where(message => message.SessionLog?.Status == SessionLog.Types.SessionStatus.Start).Select(m => m.Step));
    }

    [Fact]
    public void A_new_run_replaces_the_logs_own_files_and_no_others()
    {
        using var folder = new TestFolder();
        var other = folder["events.out.tfevents.1.someone-else"];
        File.WriteAllText(other, "not ours");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var log = new TensorBoardLog(folder.Path, new FixedClock());
            log.Report(RunReports.At(10));
        }

        Assert.Equal("not ours", File.ReadAllText(other));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void What_is_not_a_number_is_left_out()
    {
        using var folder = new TestFolder();
        using (var log = new TensorBoardLog(folder.Path))
        {
            log.Report(RunReports.At(10) with { Accuracy = double.NaN, GradientNorm = double.NaN });
        }

        var tags = Read(Directory.GetFiles(folder.Path).Single())[1].Summary.Value.Select(value => value.Tag).ToList();
        Assert.DoesNotContain("train/accuracy", tags);
        Assert.DoesNotContain("train/gradient_norm", tags);
        Assert.Contains("train/loss", tags);
    }

    [Fact]
    public void A_folder_that_is_a_file_is_one_clear_error()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["file"], "");
        var error = Assert.Throws<RunLogException>(() => new TensorBoardLog(folder["file"]));
        Assert.Contains(folder["file"], error.Message, StringComparison.Ordinal);
        Assert.Throws<RunLogException>(() => new TensorBoardLog(Path.Combine(folder["file"], "below")));
    }

    [Fact]
    public void The_tests_own_sum_is_crc_32c() => Assert.Equal(0xE3069283, Sum(Encoding.ASCII.GetBytes("123456789")));

    private static void Tear(string file)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(stream.Length - 3);
    }

    // Written anew from the description of the format: nothing of the library is used to read what it wrote.
    private static List<Event> Read(string path)
    {
        var messages = new List<Event>();
        var rest = File.ReadAllBytes(path).AsSpan();
        while (rest.Length > 0)
        {
            var size = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Assert.Equal(Masked(rest[..8].ToArray()), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            var message = rest.Slice(12, size).ToArray();
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + size)..]));
            messages.Add(Event.Parser.ParseFrom(message));
            rest = rest[(16 + size)..];
        }

        return messages;
    }

    private static uint Masked(byte[] bytes)
    {
        var sum = Sum(bytes);
        return unchecked(((sum >> 15) | (sum << 17)) + 0xA282EAD8u);
    }

    private static uint Sum(byte[] bytes)
    {
        var sum = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x82F63B78u : sum >> 1;
            }
        }

        return ~sum;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_250);
    }
}
