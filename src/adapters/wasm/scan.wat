;; The inner products of `ScanKernel`. Assembled into scan.wasm, which is what runs: test/adapters/wasm/scan.test.ts compares the two,
;; and writes it anew with FAIRLEAD_ASSEMBLE=1.
(module
  ;; 64 KB of vectors, and as much for the query and the products: see scan-kernel.ts.
  (memory (export "memory") 2)

  ;; Multiplies the query (16-bit integers) with each of `count` vectors (8-bit integers), both `size` long, a multiple of 16, and
  ;; writes the sums (32-bit integers) to `products`. `count` is not 0.
  (func (export "multiply")
    (param $query i32) (param $vectors i32) (param $products i32) (param $count i32) (param $size i32)
    (local $at i32) (local $vectorEnd i32) (local $productsEnd i32) (local $low v128) (local $high v128)
    (local.set $productsEnd (i32.add (local.get $products) (i32.shl (local.get $count) (i32.const 2))))
    (loop $nextVector
      (local.set $at (local.get $query))
      (local.set $vectorEnd (i32.add (local.get $vectors) (local.get $size)))
      (local.set $low (v128.const i32x4 0 0 0 0))
      (local.set $high (v128.const i32x4 0 0 0 0))
      (loop $nextLanes
        (local.set $low
          (i32x4.add (local.get $low)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $vectors)) (v128.load (local.get $at)))))
        (local.set $high
          (i32x4.add (local.get $high)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $vectors)) (v128.load offset=16 (local.get $at)))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (local.set $vectors (i32.add (local.get $vectors) (i32.const 16)))
        (br_if $nextLanes (i32.lt_u (local.get $vectors) (local.get $vectorEnd))))
      (local.set $low (i32x4.add (local.get $low) (local.get $high)))
      (i32.store (local.get $products)
        (i32.add
          (i32.add (i32x4.extract_lane 0 (local.get $low)) (i32x4.extract_lane 1 (local.get $low)))
          (i32.add (i32x4.extract_lane 2 (local.get $low)) (i32x4.extract_lane 3 (local.get $low)))))
      (local.set $products (i32.add (local.get $products) (i32.const 4)))
      (br_if $nextVector (i32.lt_u (local.get $products) (local.get $productsEnd))))))
