using Deep.Perceivers;
using Deep.Perceivers.Recipes;

namespace Deep.Tests.Perceivers;

public sealed class TaskShapesTests
{
    [Fact]
    public void The_published_configurations_are_made_for_their_tasks()
    {
        Assert.Equal(2048, TaskShapes.TokensOf(PerceiverConfig.LanguageBytes));
        Assert.Equal((368, 496), TaskShapes.FlowTileOf(PerceiverConfig.OpticalFlow));
        Assert.Equal(new ClipShape(16, 224, 30_720, 16, 700), ClipShape.Of(PerceiverConfig.Multimodal));
        TaskShapes.RequirePoints(PerceiverConfig.ModelNet40);
        Assert.Equal(40, TaskShapes.ClassesOf(PerceiverConfig.ModelNet40));
        foreach (var config in new[] { PerceiverConfig.ImageNetLearned, PerceiverConfig.ImageNetFourier, PerceiverConfig.ImageNetConv })
        {
            Assert.Equal((224, 1000), (TaskShapes.ImageSideOf(config), TaskShapes.ClassesOf(config)));
        }
    }

    [Fact]
    public void What_the_recipes_train_can_be_used()
    {
        Assert.Equal(256, TaskShapes.TokensOf(SmallPerceivers.Bytes(256)));
        Assert.Equal((64, 96), TaskShapes.FlowTileOf(SmallPerceivers.Flow(64, 96)));
        TaskShapes.RequirePoints(SmallPerceivers.Points(10));
        Assert.Equal(10, TaskShapes.ClassesOf(SmallPerceivers.Points(10)));
    }

    [Fact]
    public void A_configuration_of_another_task_is_refused_by_its_name()
    {
        PerceiverConfig[] all = [PerceiverConfig.LanguageBytes, PerceiverConfig.OpticalFlow, PerceiverConfig.Multimodal, PerceiverConfig.ImageNetConv, PerceiverConfig.ModelNet40];
        Refuses(config => TaskShapes.TokensOf(config), all[0]);
        Refuses(config => TaskShapes.FlowTileOf(config), all[1]);
        Refuses(config => ClipShape.Of(config), all[2]);
        Refuses(config => TaskShapes.ImageSideOf(config), all[3]);
        Refuses(TaskShapes.RequirePoints, all[4]);

        void Refuses(Action<PerceiverConfig> check, PerceiverConfig own) => Assert.All(all.Where(config => config != own), config =>
            Assert.Contains(config.Name, Assert.Throws<ConfigurationException>(() => check(config)).Message, StringComparison.Ordinal));
    }
}
