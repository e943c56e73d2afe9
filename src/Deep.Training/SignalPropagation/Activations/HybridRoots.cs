using MathNet.Numerics.LinearAlgebra;

namespace Deep.Training.SignalPropagation;

/// <summary>A root of as many equations as unknowns by Powell's hybrid method: dogleg steps in a trust region, Broyden's updates between Jacobians.</summary>
/// <remarks>
/// The method of MINPACK and SciPy with its constants, because the references take the first root that it reaches from a list of starting points,
/// and most of these equations have several. Newton's steps at the end bring the root to the last digits.
/// </remarks>
internal static class HybridRoots
{
    private const double StepTolerance = 1.49012e-8;
    private const double FirstRadius = 100;
    private const double Rounding = 2.220446049250313e-16;
    private const double Difference = 1.4901161193847656e-8;
    private const int Evaluations = 1000;

    /// <summary>The root that the method reaches from a starting point; null if it reaches none.</summary>
    public static double[]? Solve(Func<double[], double[]> equations, double[] start)
    {
        var x = Vector<double>.Build.DenseOfArray(start);
        var search = new Search(v => Vector<double>.Build.DenseOfArray(equations([.. v])), x);
        return search.Run() is { } found ? [.. search.Polish(found)] : null;
    }

    private sealed class Search(Func<Vector<double>, Vector<double>> f, Vector<double> start)
    {
        private Vector<double> x = start;
        private Vector<double> value = f(start);
        private Vector<double>? scale;
        private double radius;
        private int evaluations = 1;
        private bool hasStepped;

        public Vector<double>? Run()
        {
            var (slowSteps, slowJacobians) = (0, 0);
            while (evaluations < Evaluations)
            {
                if (!IsFinite(value))
                {
                    return null;
                }

                var jacobian = Jacobian(x, value);
                Scale(jacobian);
                int failures = 0, successes = 0;
                for (var isFresh = true; failures < 2; isFresh = false)
                {
                    var step = Dogleg(jacobian);
                    var length = Scaled(step).L2Norm();
                    radius = hasStepped ? radius : Math.Min(radius, length);
                    var next = x + step;
                    var nextValue = f(next);
                    evaluations++;
                    double norm = value.L2Norm(), nextNorm = nextValue.L2Norm(), modelNorm = (value + (jacobian * step)).L2Norm();
                    var actual = nextNorm < norm ? 1 - Square(nextNorm / norm) : -1;
                    var predicted = modelNorm < norm ? 1 - Square(modelNorm / norm) : 0;
                    var ratio = predicted > 0 ? actual / predicted : 0;
                    if (ratio < 0.1 || !double.IsFinite(ratio))
                    {
                        (successes, failures, radius) = (0, failures + 1, radius / 2);
                    }
                    else
                    {
                        (failures, successes) = (0, successes + 1);
                        radius = ratio >= 0.5 || successes > 1 ? Math.Max(radius, length * 2) : radius;
                        radius = Math.Abs(ratio - 1) <= 0.1 ? length * 2 : radius;
                    }

                    var surprise = nextValue - value - (jacobian * step);
                    if (ratio >= 1e-4)
                    {
                        (x, value, hasStepped) = (next, nextValue, true);
                    }

                    slowSteps = actual >= 0.001 ? 0 : slowSteps + 1;
                    slowJacobians = actual >= 0.1 ? 0 : isFresh ? slowJacobians + 1 : slowJacobians;
                    var size = Scaled(x).L2Norm();
                    if (radius <= StepTolerance * size || value.L2Norm() == 0)
                    {
                        return x;
                    }

                    if (evaluations >= Evaluations || slowJacobians == 5 || slowSteps == 10 || !IsFinite(nextValue)
                        || 0.1 * Math.Max(0.1 * radius, length) <= Rounding * size)
                    {
                        return null;
                    }

                    // Broyden's update in the scaled variables.
                    jacobian += surprise.OuterProduct(scale!.PointwiseMultiply(Scaled(step)) / (length * length));
                }
            }

            return null;
        }

        /// <summary>Newton's steps while they make the equations' residual smaller.</summary>
        public Vector<double> Polish(Vector<double> root)
        {
            for (var n = 0; n < 6; n++)
            {
                var residual = f(root);
                var next = root - Jacobian(root, residual).Solve(residual);
                if (!(f(next).L2Norm() < residual.L2Norm()))
                {
                    break;
                }

                root = next;
            }

            return root;
        }

        private Matrix<double> Jacobian(Vector<double> at, Vector<double> valueThere)
        {
            var jacobian = Matrix<double>.Build.Dense(at.Count, at.Count);
            for (var j = 0; j < at.Count; j++)
            {
                var distance = at[j] == 0 ? Difference : Difference * Math.Abs(at[j]);
                var moved = at.Clone();
                moved[j] += distance;
                jacobian.SetColumn(j, (f(moved) - valueThere) / distance);
                evaluations++;
            }

            return jacobian;
        }

        private void Scale(Matrix<double> jacobian)
        {
            var norms = jacobian.ColumnNorms(2);
            if (scale is null)
            {
                scale = norms.Map(norm => norm == 0 ? 1 : norm);
                radius = FirstRadius * Scaled(x).L2Norm();
                radius = radius == 0 ? FirstRadius : radius;
            }

            scale = scale.PointwiseMaximum(norms);
        }

        private Vector<double> Dogleg(Matrix<double> jacobian)
        {
            var newton = -Inverted(jacobian, value);
            var newtonLength = Scaled(newton).L2Norm();
            if (newtonLength <= radius)
            {
                return newton;
            }

            // The steepest descent of the model, and how far along it the model falls.
            var gradient = -(jacobian.TransposeThisAndMultiply(value)).PointwiseDivide(scale!);
            var gradientLength = gradient.L2Norm();
            if (gradientLength == 0)
            {
                return newton * (radius / newtonLength);
            }

            var descent = (gradient / gradientLength).PointwiseDivide(scale!);
            var rise = (jacobian * descent).L2Norm();
            var lowest = gradientLength / rise / rise;
            if (lowest >= radius)
            {
                return descent * radius;
            }

            // The point of the line from there to Newton's step that lies on the boundary.
            var (reach, rest) = (radius / newtonLength, lowest / radius);
            var bend = value.L2Norm() / gradientLength * (value.L2Norm() / newtonLength) * rest;
            var denominator = bend - (reach * rest * rest) + Math.Sqrt(Square(bend - reach) + ((1 - (reach * reach)) * (1 - (rest * rest))));
            var share = reach * (1 - (rest * rest)) / denominator;
            return (descent * ((1 - share) * Math.Min(lowest, radius))) + (newton * share);
        }

        // A pivot of zero is replaced by a small one, so that a symmetric starting point gives a long step and not NaN.
        private static Vector<double> Inverted(Matrix<double> jacobian, Vector<double> right)
        {
            var qr = jacobian.QR();
            var (r, rotated) = (qr.R, qr.Q.TransposeThisAndMultiply(right));
            var solution = Vector<double>.Build.Dense(right.Count);
            for (var j = right.Count - 1; j >= 0; j--)
            {
                var sum = 0.0;
                for (var k = j + 1; k < right.Count; k++)
                {
                    sum += r[j, k] * solution[k];
                }

                var pivot = r[j, j];
                if (pivot == 0)
                {
                    pivot = Rounding * Math.Max(r.Column(j).AbsoluteMaximum(), 1);
                }

                solution[j] = (rotated[j] - sum) / pivot;
            }

            return solution;
        }

        private Vector<double> Scaled(Vector<double> step) => scale!.PointwiseMultiply(step);

        private static bool IsFinite(Vector<double> v) => v.ForAll(double.IsFinite);

        private static double Square(double a) => a * a;
    }
}
