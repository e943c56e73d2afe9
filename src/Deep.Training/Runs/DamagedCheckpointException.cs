namespace Deep.Training;

/// <summary>A checkpoint of a run is not what was written; the message is a clause without the checkpoint's name.</summary>
internal sealed class DamagedCheckpointException(string what, Exception? inner = null) : Exception(what, inner);
