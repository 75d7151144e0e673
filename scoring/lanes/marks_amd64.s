#include "textflag.h"

// eachWord has pack write what one column or several have in the rows marked in AX, whose number is in DX, behind the R9 codes of each that were written
// before.
#define eachWord(pack) \
	XORQ R9, R9      \
	JMP  check       \
word:              \
	MOVQ (R8), AX    \
	POPCNTQ AX, DX   \
	KMOVQ AX, K1     \
	pack             \
	ADDQ DX, R9      \
	ADDQ $8, R8      \
	DECQ CX          \
check:             \
	TESTQ CX, CX     \
	JNZ  word        \
	VZEROUPPER

#define packed(pack) \
	MOVQ dst+0(FP), DI    \
	MOVQ column+8(FP), SI \
	MOVQ marks+16(FP), R8 \
	MOVQ words+24(FP), CX \
	eachWord(pack)        \
	MOVQ R9, n+32(FP)     \
	RET

// packedFrom has the marked of the 64 bytes at from written behind those that were written to dst before.
#define packedFrom(from, dst, codes) \
	PREFETCHT1 4096(from)            \
	VMOVDQU64 (from), codes          \
	VPCOMPRESSB.Z codes, K1, codes   \
	VMOVDQU64 codes, (dst)(R9*1)     \
	ADDQ $64, from

#define bytesOf \
	packedFrom(SI, DI, Z0)

// func packBytes(dst, column *byte, marks *uint64, words int) (n int)
TEXT ·packBytes(SB), NOSPLIT, $0-40
	packed(bytesOf)

#define fourOf \
	packedFrom(SI, DI, Z0)   \
	packedFrom(R10, BX, Z1)  \
	packedFrom(R11, R12, Z2) \
	packedFrom(R13, R14, Z3)

// func packBytes4(dst *byte, apart int, columns *[4]*byte, marks *uint64, words int) (n int)
TEXT ·packBytes4(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ apart+8(FP), DX
	MOVQ columns+16(FP), AX
	MOVQ marks+24(FP), R8
	MOVQ words+32(FP), CX
	MOVQ 0(AX), SI
	MOVQ 8(AX), R10
	MOVQ 16(AX), R11
	MOVQ 24(AX), R13
	LEAQ (DI)(DX*1), BX
	LEAQ (BX)(DX*1), R12
	LEAQ (R12)(DX*1), R14
	eachWord(fourOf)
	MOVQ R9, n+40(FP)
	RET

// Two codes of half a byte that fill a word, 00hl, or'ed with themselves moved by four bits, 0hl0, leave one in the low bits of each byte.
#define halvesOf \
	PREFETCHT1 4096(SI)      \
	VPMOVZXBW (SI), Z0       \
	VPSLLW $4, Z0, Z1        \
	VPORQ Z1, Z0, Z0         \
	VPANDQ Z8, Z0, Z0        \
	VPCOMPRESSB.Z Z0, K1, Z0 \
	VMOVDQU64 Z0, (DI)(R9*1) \
	ADDQ $32, SI

// func packHalves(dst, column *byte, marks *uint64, words int) (n int)
TEXT ·packHalves(SB), NOSPLIT, $0-40
	MOVL $0x0f0f0f0f, AX
	VPBROADCASTD AX, Z8
	packed(halvesOf)

#define wordsOf \
	VMOVDQU64 (SI), Z0        \
	VMOVDQU64 64(SI), Z1      \
	VPCOMPRESSW.Z Z0, K1, Z0  \
	VMOVDQU64 Z0, (DI)(R9*2)  \
	SHRQ $32, AX              \
	KMOVD AX, K1              \
	POPCNTQ AX, AX            \
	MOVQ R9, R10              \
	ADDQ DX, R10              \
	SUBQ AX, R10              \
	VPCOMPRESSW.Z Z1, K1, Z1  \
	VMOVDQU64 Z1, (DI)(R10*2) \
	ADDQ $128, SI

// func packWords(dst, column *uint16, marks *uint64, words int) (n int)
TEXT ·packWords(SB), NOSPLIT, $0-40
	packed(wordsOf)

// four packs sixteen numbers of the marks' sixteen low bits.
#define four \
	KMOVW AX, K1             \
	VMOVDQU64 (SI), Z0       \
	VPCOMPRESSD.Z Z0, K1, Z0 \
	VMOVDQU64 Z0, (DI)(R9*4) \
	MOVWLZX AX, DX           \
	POPCNTL DX, DX           \
	ADDQ DX, R9              \
	SHRQ $16, AX             \
	ADDQ $64, SI

#define numbersOf \
	four         \
	four         \
	four         \
	four         \
	XORL DX, DX

// func packNumbers(dst, column *uint32, marks *uint64, words int) (n int)
TEXT ·packNumbers(SB), NOSPLIT, $0-40
	packed(numbersOf)

DATA sixteen<>+0(SB)/4, $0
DATA sixteen<>+4(SB)/4, $1
DATA sixteen<>+8(SB)/4, $2
DATA sixteen<>+12(SB)/4, $3
DATA sixteen<>+16(SB)/4, $4
DATA sixteen<>+20(SB)/4, $5
DATA sixteen<>+24(SB)/4, $6
DATA sixteen<>+28(SB)/4, $7
DATA sixteen<>+32(SB)/4, $8
DATA sixteen<>+36(SB)/4, $9
DATA sixteen<>+40(SB)/4, $10
DATA sixteen<>+44(SB)/4, $11
DATA sixteen<>+48(SB)/4, $12
DATA sixteen<>+52(SB)/4, $13
DATA sixteen<>+56(SB)/4, $14
DATA sixteen<>+60(SB)/4, $15
GLOBL sixteen<>(SB), RODATA|NOPTR, $64

// func packRows(dst *uint32, first uint32, marks *uint64, words int) (n int)
TEXT ·packRows(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ marks+16(FP), R8
	MOVQ words+24(FP), CX
	SHLQ $2, CX // sixteens
	MOVL first+8(FP), AX
	VPBROADCASTD AX, Z8
	VPADDD sixteen<>(SB), Z8, Z8
	MOVL $16, AX
	VPBROADCASTD AX, Z9
	XORQ R9, R9
	JMP  check

sixteen:
	MOVWLZX (R8), AX
	POPCNTL AX, DX
	KMOVW AX, K1
	VPCOMPRESSD.Z Z8, K1, Z0
	VMOVDQU64 Z0, (DI)(R9*4)
	VPADDD Z9, Z8, Z8
	ADDQ DX, R9
	ADDQ $2, R8
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  sixteen
	VZEROUPPER
	MOVQ R9, n+32(FP)
	RET

// func common64(n *int64, one, planes *uint64, eights, count int)
TEXT ·common64(SB), NOSPLIT, $0-40
	MOVQ n+0(FP), DI
	MOVQ one+8(FP), SI
	MOVQ planes+16(FP), R8
	MOVQ eights+24(FP), R9
	SHLQ $6, R9 // bytes of a plane
	MOVQ count+32(FP), CX
	JMP  check

plane:
	VPXORQ Z0, Z0, Z0
	XORQ BX, BX

eight:
	VMOVDQU64 (SI)(BX*1), Z1
	VPANDQ (R8)(BX*1), Z1, Z1
	VPOPCNTQ Z1, Z1
	VPADDQ Z1, Z0, Z0
	ADDQ $64, BX
	CMPQ BX, R9
	JLT  eight
	VEXTRACTI64X4 $1, Z0, Y1
	VPADDQ Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDQ X1, X0, X0
	VPSHUFD $0x4e, X0, X1
	VPADDQ X1, X0, X0
	VMOVQ X0, AX
	ADDQ AX, (DI)
	ADDQ R9, R8
	ADDQ $8, DI
	DECQ CX

check:
	TESTQ CX, CX
	JNZ  plane
	VZEROUPPER
	RET
