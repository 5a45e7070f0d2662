;; The inner products of `ScanKernel`. Assembled into scan.wasm, which is what runs: test/adapters/wasm/scan-kernel.test.ts compares the two,
;; and writes it anew with FAIRLEAD_ASSEMBLE=1.
(module
  ;; 64 KB of vectors, and as much for the query and the products: see scan-kernel.ts.
  (memory (export "memory") 2)

  ;; Multiplies the query (16-bit integers) with each of `count` vectors (8-bit integers), both `size` long, a multiple of 16, and
  ;; writes the sums (32-bit integers) to `products`. Four vectors at a time, so that the query is read once for them: up to three more
  ;; than there are, of whatever lies behind, whose products nobody reads. `count` is not 0.
  (func (export "multiply")
    (param $query i32) (param $first i32) (param $products i32) (param $count i32) (param $size i32)
    (local $second i32) (local $third i32) (local $fourth i32) (local $at i32) (local $queryEnd i32) (local $productsEnd i32)
    (local $lanes v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128) (local $sum4 v128)
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $size) (i32.const 1))))
    (local.set $productsEnd (i32.add (local.get $products) (i32.shl (local.get $count) (i32.const 2))))
    (loop $nextVectors
      (local.set $second (i32.add (local.get $first) (local.get $size)))
      (local.set $third (i32.add (local.get $second) (local.get $size)))
      (local.set $fourth (i32.add (local.get $third) (local.get $size)))
      (local.set $sum1 (v128.const i32x4 0 0 0 0))
      (local.set $sum2 (v128.const i32x4 0 0 0 0))
      (local.set $sum3 (v128.const i32x4 0 0 0 0))
      (local.set $sum4 (v128.const i32x4 0 0 0 0))
      (local.set $at (local.get $query))
      (loop $nextLanes
        (local.set $lanes (v128.load (local.get $at)))
        (local.set $sum1 (i32x4.add (local.get $sum1) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s (local.get $first)))))
        (local.set $sum2 (i32x4.add (local.get $sum2) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s (local.get $second)))))
        (local.set $sum3 (i32x4.add (local.get $sum3) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s (local.get $third)))))
        (local.set $sum4 (i32x4.add (local.get $sum4) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s (local.get $fourth)))))
        (local.set $lanes (v128.load offset=16 (local.get $at)))
        (local.set $sum1 (i32x4.add (local.get $sum1) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s offset=8 (local.get $first)))))
        (local.set $sum2 (i32x4.add (local.get $sum2) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s offset=8 (local.get $second)))))
        (local.set $sum3 (i32x4.add (local.get $sum3) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s offset=8 (local.get $third)))))
        (local.set $sum4 (i32x4.add (local.get $sum4) (i32x4.dot_i16x8_s (local.get $lanes) (v128.load8x8_s offset=8 (local.get $fourth)))))
        (local.set $first (i32.add (local.get $first) (i32.const 16)))
        (local.set $second (i32.add (local.get $second) (i32.const 16)))
        (local.set $third (i32.add (local.get $third) (i32.const 16)))
        (local.set $fourth (i32.add (local.get $fourth) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $nextLanes (i32.lt_u (local.get $at) (local.get $queryEnd))))
      (i32.store (local.get $products) (call $across (local.get $sum1)))
      (i32.store offset=4 (local.get $products) (call $across (local.get $sum2)))
      (i32.store offset=8 (local.get $products) (call $across (local.get $sum3)))
      (i32.store offset=12 (local.get $products) (call $across (local.get $sum4)))
      (local.set $first (local.get $fourth))
      (local.set $products (i32.add (local.get $products) (i32.const 16)))
      (br_if $nextVectors (i32.lt_u (local.get $products) (local.get $productsEnd)))))

  ;; The sum of four lanes.
  (func $across (param $sum v128) (result i32)
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum))))))
