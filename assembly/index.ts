export const SCRATCH_SIZE: i32 = 10;
export function foo(a: u32, b: u64): i32 { return <i32>a; }
