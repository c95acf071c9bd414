// Systems (scale A + shift I) X = B for many scales and shifts, with one reduction of A.
#pragma once

#include <Eigen/Core>
#include <vector>

namespace genre::train {

// A = Q band Q' with an orthogonal Q: a product of block reflectors (Schreiber and Van Loan 1989),
// as in the first stage of eigenvalue solvers. The band form stays one for any scale and shift, and
// a system with it is solved in a time proportional to n. The reduction takes as long as four
// Cholesky factorisations of A, and less if the rank of A is low. Thread-safe once made.
class ShiftedSystems {
 public:
  // a: [n, n], positive semidefinite; only its lower triangle is read. b: [n, n_columns].
  ShiftedSystems(Eigen::MatrixXd a, Eigen::MatrixXd b);

  // X, [n, n_columns]. scale: at least 0; shift: above 0, and large beside kNegligible trace(A).
  [[nodiscard]] Eigen::MatrixXd solve(double scale, double shift) const;

  // What is left of A counts as 0 if its trace is a smaller share of that of A.
  static constexpr double kNegligible = 1e-12;

 private:
  struct Reflector {       // I - v t v', for the last rows
    Eigen::MatrixXd v, t;  // [n_rows, n_reflectors], [n_reflectors, n_reflectors]
  };

  std::vector<Reflector> reflectors_;  // their product is Q
  Eigen::MatrixXd band_;               // [kBand + 1, n]: column j is that of A from the diagonal on
  Eigen::MatrixXd b_;                  // Q' B
};

}  // namespace genre::train
