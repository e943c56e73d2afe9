using System.Text;
using Deep.Cli;
using Deep.Cli.Reporting;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var stop = new StopSignal();
return await DeepTool.RunAsync(args, Terminal.OfProcess(), stop.Token);
