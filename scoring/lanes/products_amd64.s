#include "textflag.h"

// func lookUp64(numbers, codes *byte, table *[256]int8, words int)
TEXT ·lookUp64(SB), NOSPLIT, $0-32
	MOVQ numbers+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ table+16(FP), AX
	MOVQ words+24(FP), CX
	VMOVDQU64 (AX), Z0
	VMOVDQU64 64(AX), Z1
	VMOVDQU64 128(AX), Z2
	VMOVDQU64 192(AX), Z3
	JMP  check

word:
	VMOVDQU64 (SI), Z4
	VMOVDQA64 Z4, Z5
	VPMOVB2M Z4, K1 // codes from 128 on
	VPERMI2B Z1, Z0, Z4
	VPERMI2B Z3, Z2, Z5
	VMOVDQU8 Z5, K1, Z4
	VMOVDQU64 Z4, (DI)
	ADDQ $64, SI
	ADDQ $64, DI
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  word
	VZEROUPPER
	RET

// func addProducts32(a, b *int32, cellA, cellB *uint32, numbers *byte, apart, eights int, order *int16, groups, rows int, cellsA, cellsB uint32) (done int)
TEXT ·addProducts32(SB), NOSPLIT, $0-96
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ cellA+16(FP), R8
	MOVQ cellB+24(FP), R9
	MOVQ numbers+32(FP), R10
	MOVQ apart+40(FP), AX
	LEAQ (R10)(AX*1), R11
	LEAQ (R10)(AX*2), R12
	LEAQ (R11)(AX*2), R13
	XORQ BX, BX
	JMP  check

row:
	MOVL (R8)(BX*4), AX
	CMPL AX, cellsA+80(FP)
	JAE  end
	MOVL (R9)(BX*4), DX
	CMPL DX, cellsB+84(FP)
	JAE  end
	MOVQ groups+64(FP), CX
	IMULQ CX, AX
	IMULQ CX, DX
	SHLQ $7, AX
	SHLQ $7, DX
	ADDQ DI, AX
	ADDQ SI, DX
	MOVQ order+56(FP), R15
	CMPQ eights+48(FP), $2
	JB   one
	VMOVQ (R10)(BX*8), X0
	VPINSRQ $1, (R11)(BX*8), X0, X0
	JE   two
	VMOVQ (R12)(BX*8), X1
	CMPQ eights+48(FP), $4
	JB   three
	VPINSRQ $1, (R13)(BX*8), X1, X1

three:
	VINSERTI128 $1, X1, Y0, Y0
	VPMOVSXBW Y0, Z0
	JMP  group

two:
	VPMOVSXBW X0, Y0
	JMP  group

one:
	VPMOVSXBW (R10)(BX*8), X0

group:
	VMOVDQU64 (R15), Z1
	VMOVDQU64 64(R15), Z2
	VPERMW Z0, Z1, Z1
	VPERMW Z0, Z2, Z2
	VPMULLW Z2, Z1, Z1
	VPMOVSXWD Y1, Z2
	VEXTRACTI64X4 $1, Z1, Y1
	VPMOVSXWD Y1, Z1
	VPADDD (AX), Z2, Z3
	VPADDD 64(AX), Z1, Z4
	VPADDD (DX), Z2, Z5
	VPADDD 64(DX), Z1, Z6
	VMOVDQU64 Z3, (AX)
	VMOVDQU64 Z4, 64(AX)
	VMOVDQU64 Z5, (DX)
	VMOVDQU64 Z6, 64(DX)
	ADDQ $128, R15
	ADDQ $128, AX
	ADDQ $128, DX
	DECQ CX
	JNZ  group
	INCQ BX

check:
	CMPQ BX, rows+72(FP)
	JLT  row

end:
	VZEROUPPER
	MOVQ BX, done+88(FP)
	RET
