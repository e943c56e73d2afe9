using Deep.Parity;
using Deep.Parity.Cases;
using Deep.Parity.Families;

ParityArguments arguments;
try
{
    arguments = ParityArguments.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(ParityArguments.Usage);
    return 2;
}

return new ParityRunner(FamilyList.All, SharedFolder.Find(arguments.Shared, arguments.Files)).RunAll(arguments.Files, Console.Out);
