/**
 * Keeps values up to a bound in bytes. What has been used lately is in the young half; when that is full, the old
 * half is given up and the young one becomes old. So a look-up moves nothing about, and no value outlives the use
 * of as many others as fit.
 */
export class BoundedCache<V> {
  private young = new Map<string, V>();
  private old = new Map<string, V>();
  private size = 0;

  /**
   * @param bytes the bound of both halves together.
   * @param sizeOf how many bytes a value takes, its key included.
   */
  constructor(
    private readonly bytes: number,
    private readonly sizeOf: (key: string, value: V) => number,
  ) {}

  get(key: string): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: V): void {
    const half = this.bytes / 2;
    const size = this.sizeOf(key, value);
    if (size > half || this.young.has(key)) return;
    if (this.size + size > half) {
      this.old = this.young;
      this.young = new Map();
      this.size = 0;
    }
    this.young.set(key, value);
    this.size += size;
  }
}
