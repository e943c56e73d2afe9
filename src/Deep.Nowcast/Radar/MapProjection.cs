namespace Deep.Nowcast;

/// <summary>Longitude and latitude to map coordinates, for the projections that radar composites come in.</summary>
/// <remarks>
/// A part of PROJ's language: laea, stere (of a pole), aea, lcc, merc and longlat, on ellipsoids or spheres. Formulas:
/// Snyder, Map Projections, A Working Manual (USGS Professional Paper 1395), whose chapter each case names.
/// </remarks>
internal sealed class MapProjection
{
    private const double Degree = Math.PI / 180;

    private readonly string _kind;
    private readonly double _a;
    private readonly double _e2;
    private readonly double _e;
    private readonly double _lon0;
    private readonly double _lat0;
    private readonly double _lat1;
    private readonly double _lat2;
    private readonly double? _trueLatitude;
    private readonly double _k0;
    private readonly double _x0;
    private readonly double _y0;

    private MapProjection(ProjText text)
    {
        _kind = text.Kind;
        (_a, _e2) = text.Ellipsoid();
        _e = Math.Sqrt(_e2);
        _lon0 = text.Angle("lon_0") ?? 0;
        _lat0 = text.Angle("lat_0") ?? 0;
        _lat1 = text.Angle("lat_1") ?? _lat0;
        _lat2 = text.Angle("lat_2") ?? _lat1;
        _trueLatitude = text.Angle("lat_ts");
        _k0 = text.Number("k_0") ?? text.Number("k") ?? 1;
        (_x0, _y0) = (text.Number("x_0") ?? 0, text.Number("y_0") ?? 0);
        UnitMetres = IsDegrees ? 0 : text.UnitMetres();
    }

    /// <summary>Whether map coordinates are longitude and latitude.</summary>
    public bool IsDegrees => _kind is "longlat" or "latlong" or "lonlat" or "latlon";

    /// <summary>Metres in one unit of the map coordinates, as <c>units</c> says; 0 for degrees.</summary>
    public double UnitMetres { get; }

    /// <summary>The projection of a PROJ string, or null if it is none of the known.</summary>
    public static MapProjection? Parse(string proj)
    {
        var text = new ProjText(proj);
        var projection = new MapProjection(text);
        var known = projection.IsDegrees || projection._kind is "laea" or "aea" or "lcc" or "merc"
            || (projection._kind == "stere" && Math.Abs(Math.Abs(projection._lat0) - (90 * Degree)) < 1e-9);
        return known && projection._a > 0 && projection._e2 is >= 0 and < 1 ? projection : null;
    }

    /// <summary>Map coordinates of a place.</summary>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public (double X, double Y) Project(double longitude, double latitude)
    {
        if (IsDegrees)
        {
            return (longitude, latitude);
        }

        var phi = latitude * Degree;
        var lambda = Math.IEEERemainder((longitude * Degree) - _lon0, 2 * Math.PI);
        var (x, y) = _kind switch
        {
            "laea" => EqualArea(phi, lambda),
            "stere" => PolarStereographic(phi, lambda),
            "aea" => Albers(phi, lambda),
            "lcc" => Lambert(phi, lambda),
            _ => Mercator(phi, lambda),
        };
        var unit = UnitMetres;
        return ((x + _x0) / unit, (y + _y0) / unit);
    }

    // Chapter 24.
    private (double X, double Y) EqualArea(double phi, double lambda)
    {
        var (qPole, q, q0) = (Authalic(Math.PI / 2), Authalic(phi), Authalic(_lat0));
        var radius = _a * Math.Sqrt(qPole / 2);
        if (Math.Abs(Math.Abs(_lat0) - (Math.PI / 2)) < 1e-9)
        {
            var sign = Math.Sign(_lat0);
            var rho = _a * Math.Sqrt(Math.Max(0, qPole - (sign * q)));
            return (rho * Math.Sin(lambda), -sign * rho * Math.Cos(lambda));
        }

        var (beta, beta0) = (Math.Asin(Math.Clamp(q / qPole, -1, 1)), Math.Asin(Math.Clamp(q0 / qPole, -1, 1)));
        var b = radius * Math.Sqrt(2 / (1 + (Math.Sin(beta0) * Math.Sin(beta))
            + (Math.Cos(beta0) * Math.Cos(beta) * Math.Cos(lambda))));
        var d = _a * Parallel(_lat0) / (radius * Math.Cos(beta0));
        var y = (Math.Cos(beta0) * Math.Sin(beta)) - (Math.Sin(beta0) * Math.Cos(beta) * Math.Cos(lambda));
        return (b * d * Math.Cos(beta) * Math.Sin(lambda), b / d * y);
    }

    // Chapter 21: true to scale at lat_ts, or k_0 at the pole.
    private (double X, double Y) PolarStereographic(double phi, double lambda)
    {
        var sign = Math.Sign(_lat0);
        var t = Conformal(sign * phi);
        var truth = sign * (_trueLatitude ?? _lat0);
        var rho = Math.Abs(truth - (Math.PI / 2)) < 1e-9
            ? 2 * _a * _k0 * t / Math.Sqrt(Math.Pow(1 + _e, 1 + _e) * Math.Pow(1 - _e, 1 - _e))
            : _a * Parallel(truth) * t / Conformal(truth);
        return (rho * Math.Sin(lambda), -sign * rho * Math.Cos(lambda));
    }

    // Chapter 14.
    private (double X, double Y) Albers(double phi, double lambda)
    {
        var (m1, m2, q1, q2) = (Parallel(_lat1), Parallel(_lat2), Authalic(_lat1), Authalic(_lat2));
        var n = Math.Abs(_lat1 - _lat2) < 1e-9 ? Math.Sin(_lat1) : ((m1 * m1) - (m2 * m2)) / (q2 - q1);
        var c = (m1 * m1) + (n * q1);
        var (rho, rho0) = (Radius(Authalic(phi)), Radius(Authalic(_lat0)));
        return (rho * Math.Sin(n * lambda), rho0 - (rho * Math.Cos(n * lambda)));

        double Radius(double q) => _a * Math.Sqrt(Math.Max(0, c - (n * q))) / n;
    }

    // Chapter 15.
    private (double X, double Y) Lambert(double phi, double lambda)
    {
        var (m1, m2, t1, t2) = (Parallel(_lat1), Parallel(_lat2), Conformal(_lat1), Conformal(_lat2));
        var n = Math.Abs(_lat1 - _lat2) < 1e-9 ? Math.Sin(_lat1) : Math.Log(m1 / m2) / Math.Log(t1 / t2);
        var f = _k0 * m1 / (n * Math.Pow(t1, n));
        var (rho, rho0) = (_a * f * Math.Pow(Conformal(phi), n), _a * f * Math.Pow(Conformal(_lat0), n));
        return (rho * Math.Sin(n * lambda), rho0 - (rho * Math.Cos(n * lambda)));
    }

    // Chapter 7.
    private (double X, double Y) Mercator(double phi, double lambda)
    {
        var scale = _a * (_trueLatitude is { } truth ? Parallel(truth) : _k0);
        return (scale * lambda, -scale * Math.Log(Conformal(phi)));
    }

    /// <summary>m, the radius of a parallel in units of the equator's (Snyder 14-15).</summary>
    private double Parallel(double phi) => Math.Cos(phi) / Math.Sqrt(1 - (_e2 * Math.Sin(phi) * Math.Sin(phi)));

    /// <summary>t, for conformal projections (Snyder 15-9).</summary>
    private double Conformal(double phi)
    {
        var es = _e * Math.Sin(phi);
        return Math.Tan((Math.PI / 4) - (phi / 2)) / Math.Pow((1 - es) / (1 + es), _e / 2);
    }

    /// <summary>q, for equal-area projections (Snyder 3-12).</summary>
    private double Authalic(double phi)
    {
        var sine = Math.Sin(phi);
        if (_e < 1e-9)
        {
            return 2 * sine;
        }

        var es = _e * sine;
        return (1 - _e2) * ((sine / (1 - (es * es))) - (Math.Log((1 - es) / (1 + es)) / (2 * _e)));
    }
}
