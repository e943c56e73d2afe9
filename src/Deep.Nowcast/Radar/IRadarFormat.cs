namespace Deep.Nowcast;

/// <summary>A file format that radar fields come in.</summary>
internal interface IRadarFormat
{
    /// <summary>Whether a file is of this format, told by its content.</summary>
    bool Recognises(RadarBytes file);

    /// <summary>Reads the header.</summary>
    /// <exception cref="Deep.Media.MediaException">The file is damaged, too large or says too little.</exception>
    StoredField Open(RadarBytes file, RadarReadOptions options);
}
