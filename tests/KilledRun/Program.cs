// A small training run that is killed and started again until it ends, compared with one that was not.
//   train <configuration> <folder>                         one run, in this process
//   campaign [--kills N] [--seed N] [--output FILE]        N kills for each configuration, in child processes
using KilledRun;

return args switch
{
    ["train", var name, var folder] => SmallRun.Train(name, folder, Console.Out),
    ["campaign", .. var options] => Campaign.Run(options, Console.Out),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("KilledRun train <configuration> <folder> | campaign [--kills N] [--seed N] [--output FILE]");
    return 2;
}
