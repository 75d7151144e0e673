#include "go_asm.h"
#include "textflag.h"

// func addRows8(sums *int64, cell *uint32, x *int64, stride, rows int, cells uint32) (done int)
TEXT ·addRows8(SB), NOSPLIT, $0-56
	MOVQ sums+0(FP), DI
	MOVQ cell+8(FP), R8
	MOVQ x+16(FP), SI
	MOVQ stride+24(FP), R9
	MOVQ rows+32(FP), CX
	MOVL cells+40(FP), R10
	XORQ BX, BX
	JMP  check

row:
	MOVL (R8)(BX*4), DX
	CMPL DX, R10
	JAE  end
	SHLQ $6, DX
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPADDQ (DI)(DX*1), Y0, Y0
	VPADDQ 32(DI)(DX*1), Y1, Y1
	VMOVDQU Y0, (DI)(DX*1)
	VMOVDQU Y1, 32(DI)(DX*1)
	ADDQ R9, SI
	INCQ BX

check:
	CMPQ BX, CX
	JLT  row

end:
	VZEROUPPER
	MOVQ BX, done+48(FP)
	RET

// The answers of a row are four times the slots of their codes.

DATA ones<>+0(SB)/8, $1
GLOBL ones<>(SB), RODATA|NOPTR, $8

DATA halves<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL halves<>(SB), RODATA|NOPTR, $8

// count4 counts four answers of row BX of eight, those at a place, in the words of its cell.
#define count4(answers, at, words) \
	VPMOVZXBQ at(answers)(BX*8), Y0 \
	VPSLLVQ Y0, Y15, Y0            \
	VPADDQ words(R11), Y0, Y0      \
	VMOVDQU Y0, words(R11)

// func tallyWords(words *uint64, bytes, rows *byte, cell *uint32, answers *byte, apart, fours, n int, cells uint32, ahead *byte, step int) (done int)
TEXT ·tallyWords(SB), NOSPLIT, $0-96
	MOVQ words+0(FP), DI
	MOVQ rows+16(FP), SI
	MOVQ cell+24(FP), R8
	MOVQ answers+32(FP), R9
	MOVQ apart+40(FP), R12
	LEAQ (R9)(R12*2), R13
	ADDQ R9, R12
	MOVQ fours+48(FP), CX
	MOVL cells+64(FP), R10
	MOVQ ahead+72(FP), R14
	VPBROADCASTQ ones<>(SB), Y15
	VPBROADCASTQ halves<>(SB), Y14
	VPXOR Y13, Y13, Y13
	XORQ BX, BX
	JMP  check

row:
	MOVL (R8)(BX*4), DX
	CMPL DX, R10
	JAE  end
	MOVQ CX, R11
	SHLQ $5, R11
	IMULQ DX, R11
	ADDQ DI, R11
	count4(R9, 0, 0)
	CMPQ CX, $2
	JB   counted
	count4(R9, 4, 32)
	JE   counted
	count4(R12, 0, 64)
	CMPQ CX, $4
	JB   counted
	count4(R12, 4, 96)
	JE   counted
	count4(R13, 0, 128)
	CMPQ CX, $6
	JB   counted
	count4(R13, 4, 160)

counted:
	PREFETCHT1 (R14)
	PREFETCHT1 64(R14)
	ADDQ step+80(FP), R14
	INCQ BX
	MOVBLZX (SI)(DX*1), AX
	INCL AX
	MOVB AX, (SI)(DX*1)
	TESTB $15, AX
	JZ   take

check:
	CMPQ BX, n+56(FP)
	JLT  row

end:
	VZEROUPPER
	MOVQ BX, done+88(FP)
	RET

take: // what the words of the cell count to its bytes
	MOVQ CX, R11
	SHLQ $5, R11
	IMULQ DX, R11
	MOVQ bytes+8(FP), R15
	LEAQ (R15)(R11*2), R15
	ADDQ DI, R11
	MOVQ CX, AX

takeFour:
	VMOVDQU (R11), Y0
	VPSRLQ $4, Y0, Y1
	VPAND Y14, Y0, Y0 // codes in even slots
	VPAND Y14, Y1, Y1 // in odd ones
	VPUNPCKLBW Y1, Y0, Y2
	VPUNPCKHBW Y1, Y0, Y3
	VPERM2I128 $0x20, Y3, Y2, Y4
	VPERM2I128 $0x31, Y3, Y2, Y5
	VPADDB (R15), Y4, Y4
	VPADDB 32(R15), Y5, Y5
	VMOVDQU Y4, (R15)
	VMOVDQU Y5, 32(R15)
	VMOVDQU Y13, (R11)
	ADDQ $32, R11
	ADDQ $64, R15
	DECQ AX
	JNZ  takeFour
	CMPB (SI)(DX*1), $0
	JEQ  end
	INCB (SI)(DX*1)
	JMP  check

DATA lanes<>+0(SB)/8, $0
DATA lanes<>+8(SB)/8, $0
DATA lanes<>+16(SB)/8, $0x0101010101010101
DATA lanes<>+24(SB)/8, $0x0101010101010101
GLOBL lanes<>(SB), RODATA|NOPTR, $32

DATA slots<>+0(SB)/8, $0x1c1814100c080400
DATA slots<>+8(SB)/8, $0x3c3834302c282420
GLOBL slots<>(SB), RODATA|NOPTR, $16

// func addCells(memory *byte, stride int, cell *uint32, numbers *int32, answers *byte, eights, rows int, cells uint32) (done int)
TEXT ·addCells(SB), NOSPLIT, $0-72
	MOVQ memory+0(FP), DI
	MOVQ stride+8(FP), R11
	MOVQ cell+16(FP), R8
	MOVQ numbers+24(FP), SI
	MOVQ answers+32(FP), R9
	MOVQ rows+48(FP), CX
	MOVL cells+56(FP), R10
	VBROADCASTI128 slots<>(SB), Y8
	VMOVDQU lanes<>(SB), Y9
	XORQ BX, BX
	CMPQ eights+40(FP), $1
	JNE  check
	JMP  checkOne

one: // row of one eight
	MOVL (R8)(BX*4), DX
	CMPL DX, R10
	JAE  end
	IMULQ R11, DX
	VPBROADCASTW (R9)(BX*2), Y0
	VPSHUFB Y9, Y0, Y0
	VPCMPEQB Y8, Y0, Y1
	VMOVDQU (SI), Y2
	VPADDD (DI)(DX*1), Y2, Y2
	VMOVDQU 32(DI)(DX*1), Y3
	VPSUBB Y1, Y3, Y3
	VMOVDQU Y2, (DI)(DX*1)
	VMOVDQU Y3, 32(DI)(DX*1)
	ADDQ $32, SI
	INCQ BX
	CMPL 28(DI)(DX*1), $255
	JEQ  end

checkOne:
	CMPQ BX, CX
	JLT  one
	JMP  end

row:
	MOVL (R8)(BX*4), DX
	CMPL DX, R10
	JAE  end
	IMULQ R11, DX
	ADDQ DI, DX
	VPBROADCASTW (R9)(BX*2), Y0
	VPSHUFB Y9, Y0, Y0 // the first item's in the low half
	VPCMPEQB Y8, Y0, Y1
	MOVQ eights+40(FP), AX

eight:
	VMOVDQU (SI), Y2
	VPADDD (DX), Y2, Y2
	VMOVDQU Y2, (DX)
	ADDQ $32, SI
	ADDQ $32, DX
	DECQ AX
	JNZ  eight
	VMOVDQU (DX), Y3
	VPSUBB Y1, Y3, Y3
	VMOVDQU Y3, (DX)
	INCQ BX
	CMPL -4(DX), $255 // rows of the cell
	JEQ  end

check:
	CMPQ BX, CX
	JLT  row

end:
	VZEROUPPER
	MOVQ BX, done+64(FP)
	RET

// func askCells(memory *byte, stride int, cell *uint32, rows int)
TEXT ·askCells(SB), NOSPLIT, $0-32
	MOVQ memory+0(FP), DI
	MOVQ stride+8(FP), R11
	MOVQ cell+16(FP), R8
	MOVQ rows+24(FP), CX
	XORQ BX, BX
	JMP  check

row:
	MOVL (R8)(BX*4), DX
	IMULQ R11, DX
	PREFETCHT1 (DI)(DX*1)
	INCQ BX

check:
	CMPQ BX, CX
	JLT  row
	RET

// func addCounts32(into *uint32, within *uint32, counts *byte, stride, n int, cells uint32) (done int)
TEXT ·addCounts32(SB), NOSPLIT, $0-56
	MOVQ into+0(FP), DI
	MOVQ within+8(FP), R8
	MOVQ counts+16(FP), SI
	MOVQ stride+24(FP), R11
	MOVQ n+32(FP), CX
	MOVL cells+40(FP), R10
	XORQ BX, BX
	JMP  check

cell:
	MOVL (R8)(BX*4), DX
	CMPL DX, R10
	JAE  end
	SHLQ $7, DX
	VPMOVZXBD (SI), Y0
	VPMOVZXBD 8(SI), Y1
	VPMOVZXBD 16(SI), Y2
	VPMOVZXBD 24(SI), Y3
	VPADDD (DI)(DX*1), Y0, Y0
	VPADDD 32(DI)(DX*1), Y1, Y1
	VPADDD 64(DI)(DX*1), Y2, Y2
	VPADDD 96(DI)(DX*1), Y3, Y3
	VMOVDQU Y0, (DI)(DX*1)
	VMOVDQU Y1, 32(DI)(DX*1)
	VMOVDQU Y2, 64(DI)(DX*1)
	VMOVDQU Y3, 96(DI)(DX*1)
	ADDQ R11, SI
	INCQ BX

check:
	CMPQ BX, CX
	JLT  cell

end:
	VZEROUPPER
	MOVQ BX, done+48(FP)
	RET

DATA places<>+0(SB)/8, $0x3c3c3c3c3c3c3c3c
DATA places<>+8(SB)/8, $0x3c3c3c3c3c3c3c3c
GLOBL places<>(SB), RODATA|NOPTR, $16

// place makes four times their slots of codes; X0 is places.
#define place(codes) \
	VPSLLW $2, codes, codes \
	VPAND X0, codes, codes

// moved moves bytes up by the bits in X1, and leaves those in X0.
#define moved(bytes) \
	VPSLLW X1, bytes, bytes \
	VPAND X0, bytes, bytes

// func turn8(bytes *byte, columns *[8]*byte, sixteens int, up uint64, mask byte)
TEXT ·turn8(SB), NOSPLIT, $0-33
	MOVQ bytes+0(FP), DI
	MOVQ columns+8(FP), AX
	MOVQ sixteens+16(FP), CX
	MOVQ (AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ 32(AX), R12
	MOVQ 40(AX), R13
	MOVQ 48(AX), DX
	MOVQ 56(AX), SI
	XORQ BX, BX
	JMP  check

turn:
	TESTQ $63, BX
	JNZ  near
	PREFETCHT1 4096(R8)(BX*1)
	PREFETCHT1 4096(R9)(BX*1)
	PREFETCHT1 4096(R10)(BX*1)
	PREFETCHT1 4096(R11)(BX*1)
	PREFETCHT1 4096(R12)(BX*1)
	PREFETCHT1 4096(R13)(BX*1)
	PREFETCHT1 4096(DX)(BX*1)
	PREFETCHT1 4096(SI)(BX*1)

near:
	VMOVDQU (R8)(BX*1), X0
	VMOVDQU (R9)(BX*1), X1
	VMOVDQU (R10)(BX*1), X2
	VMOVDQU (R11)(BX*1), X3
	VMOVDQU (R12)(BX*1), X4
	VMOVDQU (R13)(BX*1), X5
	VMOVDQU (DX)(BX*1), X6
	VMOVDQU (SI)(BX*1), X7
	VPUNPCKLBW X1, X0, X8  // rows 0 … 7 of two columns
	VPUNPCKHBW X1, X0, X9  // rows 8 … 15
	VPUNPCKLBW X3, X2, X10
	VPUNPCKHBW X3, X2, X11
	VPUNPCKLBW X5, X4, X12
	VPUNPCKHBW X5, X4, X13
	VPUNPCKLBW X7, X6, X14
	VPUNPCKHBW X7, X6, X15
	VPUNPCKLWD X10, X8, X0  // rows 0 … 3 of four
	VPUNPCKHWD X10, X8, X1  // rows 4 … 7
	VPUNPCKLWD X11, X9, X2
	VPUNPCKHWD X11, X9, X3
	VPUNPCKLWD X14, X12, X4
	VPUNPCKHWD X14, X12, X5
	VPUNPCKLWD X15, X13, X6
	VPUNPCKHWD X15, X13, X7
	VPUNPCKLDQ X4, X0, X8  // rows 0 and 1 of eight
	VPUNPCKHDQ X4, X0, X9
	VPUNPCKLDQ X5, X1, X10
	VPUNPCKHDQ X5, X1, X11
	VPUNPCKLDQ X6, X2, X12
	VPUNPCKHDQ X6, X2, X13
	VPUNPCKLDQ X7, X3, X14
	VPUNPCKHDQ X7, X3, X15
	VPBROADCASTB mask+32(FP), X0
	VMOVQ up+24(FP), X1
	moved(X8)
	moved(X9)
	moved(X10)
	moved(X11)
	moved(X12)
	moved(X13)
	moved(X14)
	moved(X15)
	VMOVDQU X8, (DI)
	VMOVDQU X9, 16(DI)
	VMOVDQU X10, 32(DI)
	VMOVDQU X11, 48(DI)
	VMOVDQU X12, 64(DI)
	VMOVDQU X13, 80(DI)
	VMOVDQU X14, 96(DI)
	VMOVDQU X15, 112(DI)
	ADDQ $128, DI
	ADDQ $16, BX
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  turn
	RET

// func turn2(answers *byte, low, high *byte, sixteens int)
TEXT ·turn2(SB), NOSPLIT, $0-32
	MOVQ answers+0(FP), DI
	MOVQ low+8(FP), SI
	MOVQ high+16(FP), R8
	MOVQ sixteens+24(FP), CX
	XORQ BX, BX
	JMP  check

turn:
	PREFETCHT1 4096(SI)(BX*1)
	PREFETCHT1 4096(R8)(BX*1)
	VMOVDQU (SI)(BX*1), X0
	VMOVDQU (R8)(BX*1), X1
	VPUNPCKLBW X1, X0, X2
	VPUNPCKHBW X1, X0, X3
	VMOVDQU places<>(SB), X0
	place(X2)
	place(X3)
	VMOVDQU X2, (DI)
	VMOVDQU X3, 16(DI)
	ADDQ $32, DI
	ADDQ $16, BX
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  turn
	RET

// pick takes the place of the code of row DX in a column, and asks for one that lies ahead.
#define pick(column, at) \
	MOVBLZX (column)(DX*1), AX \
	SHLL $2, AX                \
	ANDL $0x3c, AX             \
	MOVB AX, at(DI)            \
	PREFETCHT0 512(column)(DX*1)

// func pick8(answers *byte, columns *[8]*byte, rows *uint32, n int, limit uint32) (done int)
TEXT ·pick8(SB), NOSPLIT, $0-48
	MOVQ answers+0(FP), DI
	MOVQ columns+8(FP), AX
	MOVQ rows+16(FP), CX
	MOVQ (AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ 32(AX), R12
	MOVQ 40(AX), R13
	MOVQ 48(AX), R15
	MOVQ 56(AX), SI
	XORQ BX, BX
	JMP  check

row:
	MOVL (CX)(BX*4), DX
	CMPL DX, limit+32(FP)
	JAE  end
	pick(R8, 0)
	pick(R9, 1)
	pick(R10, 2)
	pick(R11, 3)
	pick(R12, 4)
	pick(R13, 5)
	pick(R15, 6)
	pick(SI, 7)
	ADDQ $8, DI
	INCQ BX

check:
	CMPQ BX, n+24(FP)
	JLT  row

end:
	MOVQ BX, done+40(FP)
	RET

DATA rounding<>+0(SB)/8, $0x4338000000000000 // 3·2^51: adding it to a number leaves the nearest whole number in the low bits
GLOBL rounding<>(SB), RODATA|NOPTR, $8

DATA split<>+0(SB)/8, $0x3fffff
GLOBL split<>(SB), RODATA|NOPTR, $8

// func putRows4(numbers *int32, stride int, squares *int64, width int, columns *Column, n int, means *Means, lacking *uint8, fours int) (done int)
TEXT ·putRows4(SB), NOSPLIT, $8-80
	MOVQ numbers+0(FP), DI
	MOVQ stride+8(FP), R9
	SHLQ $2, R9
	MOVQ squares+16(FP), SI
	MOVQ width+24(FP), R11
	SHLQ $3, R11
	MOVQ columns+32(FP), R12
	MOVQ n+40(FP), AX
	IMULQ $Column__size, AX
	ADDQ R12, AX
	MOVQ AX, end-8(SP)
	SHLQ $2, fours+64(FP)
	MOVQ means+48(FP), AX
	VBROADCASTSD Means_Total(AX), Y8
	VBROADCASTSD Means_Shift(AX), Y9
	VBROADCASTSD Means_Unit(AX), Y10
	VBROADCASTSD Means_SquareUnit(AX), Y11
	VBROADCASTSD rounding<>(SB), Y12
	VPBROADCASTQ split<>(SB), Y13
	XORQ BX, BX
	JMP  check

four:
	MOVQ columns+32(FP), R12
	VXORPD X0, X0, X0
	VXORPD X1, X1, X1
	VXORPD X2, X2, X2
	VXORPD X3, X3, X3

column:
	MOVQ Column_Bytes(R12), AX
	TESTQ AX, AX
	JZ   wide
	TESTQ $63, BX
	JNZ  bytes
	PREFETCHT1 4096(AX)(BX*1)

bytes:
	MOVBLZX (AX)(BX*1), DX
	MOVBLZX 1(AX)(BX*1), R13
	MOVBLZX 2(AX)(BX*1), R8
	MOVBLZX 3(AX)(BX*1), R10

found:
	MOVQ (Column_Parts+8)(R12), CX
	CMPQ DX, CX
	JAE  end
	CMPQ R13, CX
	JAE  end
	CMPQ R8, CX
	JAE  end
	CMPQ R10, CX
	JAE  end
	SHLQ $5, DX
	SHLQ $5, R13
	SHLQ $5, R8
	SHLQ $5, R10
	MOVQ Column_Parts(R12), AX
	MOVQ Column_Number(R12), R15
	LEAQ (DI)(R15*4), R15
	MOVQ (AX)(DX*1), CX
	MOVQ CX, (R15)
	MOVQ (AX)(R13*1), CX
	MOVQ CX, (R15)(R9*1)
	LEAQ (R15)(R9*2), R15
	MOVQ (AX)(R8*1), CX
	MOVQ CX, (R15)
	MOVQ (AX)(R10*1), CX
	MOVQ CX, (R15)(R9*1)
	MOVQ Column_Square(R12), R15
	LEAQ (SI)(R15*8), R15
	MOVQ 8(AX)(DX*1), CX
	MOVQ CX, (R15)
	MOVQ 8(AX)(R13*1), CX
	MOVQ CX, (R15)(R11*1)
	LEAQ (R15)(R11*2), R15
	MOVQ 8(AX)(R8*1), CX
	MOVQ CX, (R15)
	MOVQ 8(AX)(R10*1), CX
	MOVQ CX, (R15)(R11*1)
	VADDSD 16(AX)(DX*1), X0, X0
	VADDSD 16(AX)(R13*1), X1, X1
	VADDSD 16(AX)(R8*1), X2, X2
	VADDSD 16(AX)(R10*1), X3, X3
	ADDQ $Column__size, R12
	CMPQ R12, end-8(SP)
	JNE  column
	VUNPCKLPD X1, X0, X0
	VUNPCKLPD X3, X2, X2
	VINSERTF128 $1, X2, Y0, Y0
	VCMPPD $3, Y0, Y0, Y1 // of which one is not a number
	VMOVMSKPD Y1, AX
	MOVQ lacking+56(FP), CX
	MOVQ BX, DX
	SHRQ $2, DX
	MOVB AX, (CX)(DX*1)
	VDIVPD Y8, Y0, Y0
	VSUBPD Y9, Y0, Y0
	VMULPD Y0, Y0, Y1
	VMULPD Y10, Y0, Y0
	VMULPD Y11, Y1, Y1
	VADDPD Y12, Y0, Y0
	VADDPD Y12, Y1, Y1
	VPSUBQ Y12, Y0, Y0
	VPSUBQ Y12, Y1, Y1
	VPSRLQ $22, Y0, Y4 // its low 32 bits are the rest
	VPAND Y13, Y0, Y0
	VPSLLQ $32, Y4, Y4
	VPOR Y4, Y0, Y0
	VEXTRACTI128 $1, Y0, X2
	VEXTRACTI128 $1, Y1, X3
	MOVQ means+48(FP), AX
	MOVQ Means_Number(AX), R15
	LEAQ (DI)(R15*4), R15
	VMOVQ X0, (R15)
	VMOVHPD X0, (R15)(R9*1)
	LEAQ (R15)(R9*2), R15
	VMOVQ X2, (R15)
	VMOVHPD X2, (R15)(R9*1)
	MOVQ Means_Square(AX), R15
	LEAQ (SI)(R15*8), R15
	VMOVQ X1, (R15)
	VMOVHPD X1, (R15)(R11*1)
	LEAQ (R15)(R11*2), R15
	VMOVQ X3, (R15)
	VMOVHPD X3, (R15)(R11*1)
	LEAQ (DI)(R9*4), DI
	LEAQ (SI)(R11*4), SI
	ADDQ $4, BX

check:
	CMPQ BX, fours+64(FP)
	JLT  four

end:
	VZEROUPPER
	MOVQ BX, done+72(FP)
	RET

wide:
	MOVQ Column_Wide(R12), AX
	MOVL (AX)(BX*4), DX
	MOVL 4(AX)(BX*4), R13
	MOVL 8(AX)(BX*4), R8
	MOVL 12(AX)(BX*4), R10
	JMP  found

DATA nibbles<>+0(SB)/4, $0
DATA nibbles<>+4(SB)/4, $4
DATA nibbles<>+8(SB)/4, $8
DATA nibbles<>+12(SB)/4, $12
DATA nibbles<>+16(SB)/4, $16
DATA nibbles<>+20(SB)/4, $20
DATA nibbles<>+24(SB)/4, $24
DATA nibbles<>+28(SB)/4, $28
GLOBL nibbles<>(SB), RODATA|NOPTR, $32

DATA fifteen<>+0(SB)/4, $15
GLOBL fifteen<>(SB), RODATA|NOPTR, $4

// addCodes adds to into what load puts into Y0 of eight codes of so many bytes together, times step.
#define addCodes(load, bytes) \
	MOVQ into+0(FP), DI      \
	MOVQ codes+8(FP), SI     \
	MOVL step+16(FP), AX     \
	VMOVD AX, X8             \
	VPBROADCASTD X8, Y8      \
	MOVQ eights+24(FP), CX   \
	JMP  check               \
eight:                     \
	load                     \
	VPMULLD Y8, Y0, Y0       \
	VPADDD (DI), Y0, Y0      \
	VMOVDQU Y0, (DI)         \
	ADDQ $bytes, SI          \
	ADDQ $32, DI             \
	DECQ CX                  \
check:                     \
	TESTQ CX, CX             \
	JNZ  eight               \
	VZEROUPPER               \
	RET

#define halvesOf \
	PREFETCHT1 2048(SI) \
	VPBROADCASTD (SI), Y0 \
	VPSRLVD Y9, Y0, Y0    \
	VPAND Y10, Y0, Y0

#define bytesOf VPMOVZXBD (SI), Y0
#define wordsOf \
	PREFETCHT1 8192(SI) \
	VPMOVZXWD (SI), Y0
#define numbersOf VMOVDQU (SI), Y0

// func addHalves8(into *uint32, codes *byte, step uint32, eights int)
TEXT ·addHalves8(SB), NOSPLIT, $0-32
	VMOVDQU nibbles<>(SB), Y9
	VPBROADCASTD fifteen<>(SB), Y10
	addCodes(halvesOf, 4)

// func addBytes8(into *uint32, codes *byte, step uint32, eights int)
TEXT ·addBytes8(SB), NOSPLIT, $0-32
	addCodes(bytesOf, 8)

// func addWords8(into *uint32, codes *uint16, step uint32, eights int)
TEXT ·addWords8(SB), NOSPLIT, $0-32
	addCodes(wordsOf, 16)

// func addNumbers8(into *uint32, codes *uint32, step uint32, eights int)
TEXT ·addNumbers8(SB), NOSPLIT, $0-32
	addCodes(numbersOf, 32)

// func markHalves64(marks *uint64, halves *byte, wanted *[16]byte, words int)
TEXT ·markHalves64(SB), NOSPLIT, $0-32
	MOVQ marks+0(FP), DI
	MOVQ halves+8(FP), SI
	MOVQ wanted+16(FP), AX
	MOVQ words+24(FP), CX
	VBROADCASTI128 (AX), Y8
	MOVL $0x0f0f0f0f, AX
	VMOVD AX, X9
	VPBROADCASTD X9, Y9
	JMP  check

word:
	VMOVDQU (SI), Y0
	VPSRLW $4, Y0, Y1
	VPAND Y9, Y0, Y0
	VPAND Y9, Y1, Y1
	VPSHUFB Y0, Y8, Y0 // what is wanted of the even rows
	VPSHUFB Y1, Y8, Y1 // and of the odd ones
	VPUNPCKLBW Y1, Y0, Y2
	VPUNPCKHBW Y1, Y0, Y3
	VPERM2I128 $0x20, Y3, Y2, Y4 // rows 0 … 31
	VPERM2I128 $0x31, Y3, Y2, Y5 // rows 32 … 63
	VPMOVMSKB Y4, AX
	VPMOVMSKB Y5, DX
	MOVL AX, (DI)
	MOVL DX, 4(DI)
	ADDQ $32, SI
	ADDQ $8, DI
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  word
	VZEROUPPER
	RET

// func addProducts4(a, b *int64, cellA, cellB *uint32, z *float64, unit float64, values, rows int, cellsA, cellsB uint32, width int) (done int)
TEXT ·addProducts4(SB), NOSPLIT, $0-88
	MOVQ a+0(FP), DI
	MOVQ b+8(FP), SI
	MOVQ cellA+16(FP), R8
	MOVQ cellB+24(FP), R9
	MOVQ z+32(FP), R10
	VBROADCASTSD unit+40(FP), Y14
	VBROADCASTSD rounding<>(SB), Y15
	MOVQ values+48(FP), R11
	MOVQ R11, R13
	ADDQ $3, R13
	ANDQ $~3, R13
	SHLQ $3, R13 // bytes of a row of z
	XORQ BX, BX
	JMP  check

row:
	MOVL (R8)(BX*4), AX
	CMPL AX, cellsA+64(FP)
	JAE  end
	MOVL (R9)(BX*4), DX
	CMPL DX, cellsB+68(FP)
	JAE  end
	IMULQ width+72(FP), AX
	IMULQ width+72(FP), DX
	ADDQ DI, AX
	ADDQ SI, DX
	XORQ R12, R12

value:
	VBROADCASTSD (R10)(R12*8), Y0
	VMULPD Y14, Y0, Y0
	MOVQ R12, CX
	SHRQ $2, CX
	SHLQ $5, CX // the last four of its products
	XORQ R15, R15

four:
	VMULPD (R10)(R15*1), Y0, Y1
	VADDPD Y15, Y1, Y1
	VPSUBQ Y15, Y1, Y1
	VPADDQ (AX)(R15*1), Y1, Y2
	VPADDQ (DX)(R15*1), Y1, Y3
	VMOVDQU Y2, (AX)(R15*1)
	VMOVDQU Y3, (DX)(R15*1)
	ADDQ $32, R15
	CMPQ R15, CX
	JLE  four
	ADDQ R15, AX
	ADDQ R15, DX
	INCQ R12
	CMPQ R12, R11
	JLT  value
	ADDQ R13, R10
	INCQ BX

check:
	CMPQ BX, rows+56(FP)
	JLT  row

end:
	VZEROUPPER
	MOVQ BX, done+80(FP)
	RET

DATA within<>+0(SB)/8, $0x7070707070707070 // added to a number below 16 it leaves the high bit clear
GLOBL within<>(SB), RODATA|NOPTR, $8

// func planes64(planes *uint64, apart int, codes, tables *byte, count, bits, words int)
TEXT ·planes64(SB), NOSPLIT, $0-56
	MOVQ planes+0(FP), DI
	MOVQ apart+8(FP), R9
	MOVQ codes+16(FP), SI
	MOVQ tables+24(FP), R8
	MOVQ count+32(FP), R10
	MOVQ bits+40(FP), R11
	MOVQ words+48(FP), CX
	VPBROADCASTQ within<>(SB), Y9
	JMP  check

word:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	MOVQ R8, AX
	MOVQ R10, DX

table:
	VBROADCASTI128 (AX), Y4   // classes of sixteen codes
	VBROADCASTI128 16(AX), Y5 // the first of them
	VPSUBB Y5, Y0, Y6
	VPSUBB Y5, Y1, Y7
	VPADDUSB Y9, Y6, Y6
	VPADDUSB Y9, Y7, Y7
	VPSHUFB Y6, Y4, Y6
	VPSHUFB Y7, Y4, Y7
	VPOR Y6, Y2, Y2
	VPOR Y7, Y3, Y3
	ADDQ $32, AX
	DECQ DX
	JNZ  table
	MOVQ DI, BX
	MOVQ R11, DX

plane:
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, R12
	MOVL AX, (BX)
	MOVL R12, 4(BX)
	VPADDB Y2, Y2, Y2
	VPADDB Y3, Y3, Y3
	ADDQ R9, BX
	DECQ DX
	JNZ  plane
	ADDQ $64, SI
	ADDQ $8, DI
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  word
	VZEROUPPER
	RET

// highestOf has higher take the codes in Y1 to the highest in Y0, CX times.
#define highestOf(higher) \
	VPXOR Y0, Y0, Y0  \
	JMP  check        \
more:                     \
	VMOVDQU (SI), Y1  \
	higher            \
	ADDQ $32, SI      \
	DECQ CX           \
check:                    \
	TESTQ CX, CX      \
	JNZ  more         \
	VMOVDQU Y0, (DI)  \
	VZEROUPPER        \
	RET

#define higherHalves       \
	VPSRLW $4, Y1, Y2  \
	VPAND Y3, Y1, Y1   \
	VPAND Y3, Y2, Y2   \
	VPMAXUB Y1, Y0, Y0 \
	VPMAXUB Y2, Y0, Y0

#define higherBytes \
	VPMAXUB Y1, Y0, Y0

#define higherWords \
	VPMAXUW Y1, Y0, Y0

#define higherNumbers \
	VPMAXUD Y1, Y0, Y0

// func highestHalves32(highest *[32]byte, codes *byte, times int)
TEXT ·highestHalves32(SB), NOSPLIT, $0-24
	MOVQ highest+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ times+16(FP), CX
	VPBROADCASTQ halves<>(SB), Y3
	highestOf(higherHalves)

// func highestBytes32(highest *[32]byte, codes *byte, times int)
TEXT ·highestBytes32(SB), NOSPLIT, $0-24
	MOVQ highest+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ times+16(FP), CX
	highestOf(higherBytes)

// func highestWords32(highest *[16]uint16, codes *uint16, times int)
TEXT ·highestWords32(SB), NOSPLIT, $0-24
	MOVQ highest+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ times+16(FP), CX
	highestOf(higherWords)

// func highestNumbers32(highest *[8]uint32, codes *uint32, times int)
TEXT ·highestNumbers32(SB), NOSPLIT, $0-24
	MOVQ highest+0(FP), DI
	MOVQ codes+8(FP), SI
	MOVQ times+16(FP), CX
	highestOf(higherNumbers)
