using Deep.Hub;

namespace Deep.Tests.Hub;

public sealed class HubOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deep-hub-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static HubOptions Read(params (string Name, string Value)[] variables) =>
        HubOptions.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [Fact]
    public void The_cache_folder_comes_from_the_most_special_variable()
    {
        string hub = Path.Combine(_folder, "a"), home = Path.Combine(_folder, "b"), xdg = Path.Combine(_folder, "c");
        Assert.Equal(hub, Read(("HF_HUB_CACHE", hub), ("HF_HOME", home), ("XDG_CACHE_HOME", xdg)).CacheFolder);
        Assert.Equal(Path.Combine(home, "hub"), Read(("HF_HOME", home), ("XDG_CACHE_HOME", xdg)).CacheFolder);
        Assert.Equal(Path.Combine(xdg, "huggingface", "hub"), Read(("XDG_CACHE_HOME", xdg)).CacheFolder);
        string usual = Path.Combine(Home, ".cache", "huggingface", "hub");
        Assert.Equal(usual, Read().CacheFolder);
        Assert.Equal(usual, Read(("HF_HUB_CACHE", " "), ("HF_HOME", "")).CacheFolder);
    }

    [Fact]
    public void A_tilde_means_the_users_folder()
    {
        Assert.Equal(Path.Combine(Home, "models"), Read(("HF_HUB_CACHE", "~/models")).CacheFolder);
        Assert.Equal(Home, Read(("HF_HUB_CACHE", "~")).CacheFolder);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("YES", true)]
    [InlineData("on", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Offline_is_what_the_other_tools_take_for_true(string? value, bool offline) =>
        Assert.Equal(offline, Read(("HF_HUB_OFFLINE", value!)).Offline);

    [Fact]
    public void The_token_comes_from_its_variable_before_its_file()
    {
        File.WriteAllText(Path.Combine(_folder, "token"), "hf_file\n");
        Assert.Equal("hf_set", Read(("HF_TOKEN", " hf_set "), ("HF_HOME", _folder)).Token);
        Assert.Equal("hf_file", Read(("HF_HOME", _folder)).Token);
        Assert.Equal("hf_file", Read(("HF_HOME", "/nowhere"), ("HF_TOKEN_PATH", Path.Combine(_folder, "token"))).Token);
        Assert.Null(Read(("HF_HOME", Path.Combine(_folder, "none"))).Token);
    }

    [Fact]
    public void A_token_that_would_write_headers_of_its_own_is_refused_without_being_shown()
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(
            () => Read(("HF_TOKEN", "hf_secret\r\nHost: x")));
        Assert.Equal("HubOptions.Token", error.Setting);
        Assert.DoesNotContain("hf_secret", error.Message);
    }

    [Fact]
    public void Printing_options_does_not_print_the_token()
    {
        string text = Read(("HF_TOKEN", "hf_secret")).ToString();
        Assert.DoesNotContain("hf_secret", text);
        Assert.Contains("Token = set", text);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://host")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@host")]
    [InlineData("https://host?x=1")]
    public void An_endpoint_that_is_no_web_address_is_refused(string endpoint) =>
        Assert.Throws<ConfigurationException>(() => Read(("HF_ENDPOINT", endpoint)));

    [Fact]
    public void The_endpoint_may_end_with_a_slash_or_a_path()
    {
        HubOptions options = Read(("HF_ENDPOINT", "https://mirror.example/hub/"));
        Assert.Equal(
            "https://mirror.example/hub/a/b/resolve/main/x.bin",
            HubAddress.Of(new HubReference("a/b", "main"), "x.bin", options).AbsoluteUri);
    }

    public static TheoryData<string, HubOptions> BadOptions => new()
    {
        { "CacheFolder", new HubOptions { CacheFolder = " " } },
        { "Attempts", new HubOptions { CacheFolder = "x", Attempts = 0 } },
        { "FirstWait", new HubOptions { CacheFolder = "x", FirstWait = TimeSpan.FromTicks(-1) } },
        { "LongestWait", new HubOptions { CacheFolder = "x", LongestWait = TimeSpan.FromMilliseconds(1) } },
        { "StallTimeout", new HubOptions { CacheFolder = "x", StallTimeout = TimeSpan.Zero } },
        { "LargestFile", new HubOptions { CacheFolder = "x", LargestFile = 0 } },
        { "Endpoint", new HubOptions { CacheFolder = "x", Endpoint = new Uri("relative", UriKind.Relative) } },
    };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void An_option_out_of_range_is_named(string option, HubOptions options)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => new HubCache(options));
        Assert.Equal($"HubOptions.{option}", error.Setting);
    }
}
