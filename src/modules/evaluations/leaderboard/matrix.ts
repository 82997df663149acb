/** A square matrix of numbers, at first zeros. */
export class Matrix {
  private readonly values: Float64Array;

  constructor(readonly size: number) {
    this.values = new Float64Array(size * size);
  }

  get(row: number, column: number): number {
    return this.values[row * this.size + column] as number;
  }

  set(row: number, column: number, value: number): void {
    this.values[row * this.size + column] = value;
  }

  add(row: number, column: number, value: number): void {
    this.set(row, column, this.get(row, column) + value);
  }
}

export const at = (vector: Float64Array, index: number): number => vector[index] as number;

/** The Cholesky factor of a symmetric positive definite matrix: lower triangle L with L·Lᵀ = the matrix. */
export class CholeskyFactor {
  private readonly lower: Matrix;

  constructor(matrix: Matrix) {
    this.lower = new Matrix(matrix.size);
    for (let row = 0; row < matrix.size; row++)
      for (let column = 0; column <= row; column++) {
        let rest = matrix.get(row, column);
        for (let k = 0; k < column; k++) rest -= this.lower.get(row, k) * this.lower.get(column, k);
        this.lower.set(row, column, row === column ? Math.sqrt(rest) : rest / this.lower.get(column, column));
      }
  }

  /** The solution of: matrix · x = `right`. */
  solve(right: Float64Array): Float64Array {
    const solution = this.forward(right);
    for (let row = right.length - 1; row >= 0; row--) {
      let rest = at(solution, row);
      for (let k = row + 1; k < right.length; k++) rest -= this.lower.get(k, row) * at(solution, k);
      solution[row] = rest / this.lower.get(row, row);
    }
    return solution;
  }

  /** The diagonal of the inverse of the matrix. */
  inverseDiagonal(): Float64Array {
    const diagonal = new Float64Array(this.lower.size);
    for (let index = 0; index < diagonal.length; index++) {
      const unit = new Float64Array(diagonal.length);
      unit[index] = 1;
      diagonal[index] = this.forward(unit).reduce((sum, value) => sum + value * value, 0);
    }
    return diagonal;
  }

  /** The solution of: L · y = `right`. */
  private forward(right: Float64Array): Float64Array {
    const solution = new Float64Array(right.length);
    for (let row = 0; row < right.length; row++) {
      let rest = at(right, row);
      for (let k = 0; k < row; k++) rest -= this.lower.get(row, k) * at(solution, k);
      solution[row] = rest / this.lower.get(row, row);
    }
    return solution;
  }
}
