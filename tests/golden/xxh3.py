"""XXH3-64 with a seed, and CRC-32C: from their published descriptions, in plain Python."""

_M = (1 << 64) - 1
_P32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_P64 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5)
_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578"
    "825ad07dccff7221b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea3"
    "71644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931"
    "c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
    "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")


def _u32(data, at):
    return int.from_bytes(data[at:at + 4], "little")


def _u64(data, at):
    return int.from_bytes(data[at:at + 8], "little")


def _fold(a, b):
    product = a * b
    return (product ^ (product >> 64)) & _M


def _avalanche(h):
    h ^= h >> 37
    h = h * 0x165667919E3779F9 & _M
    return h ^ (h >> 32)


def _avalanche64(h):
    h = (h ^ (h >> 33)) * _P64[1] & _M
    h = (h ^ (h >> 29)) * _P64[2] & _M
    return h ^ (h >> 32)


def _rotated(h, by):
    return (h << by | h >> (64 - by)) & _M


def _short(data, seed):
    n = len(data)
    if n == 0:
        return _avalanche64(seed ^ _u64(_SECRET, 56) ^ _u64(_SECRET, 64))
    if n < 4:
        combined = data[0] << 16 | data[n >> 1] << 24 | data[n - 1] | n << 8
        flip = (_u32(_SECRET, 0) ^ _u32(_SECRET, 4)) + seed & _M
        return _avalanche64(combined ^ flip)
    if n <= 8:
        seed ^= int.from_bytes((seed & 0xFFFFFFFF).to_bytes(4, "little"), "big") << 32
        flip = (_u64(_SECRET, 8) ^ _u64(_SECRET, 16)) - seed & _M
        h = (_u32(data, n - 4) + (_u32(data, 0) << 32)) ^ flip
        h ^= _rotated(h, 49) ^ _rotated(h, 24)
        h = h * 0x9FB21C651E98DF25 & _M
        h ^= (h >> 35) + n
        h = h * 0x9FB21C651E98DF25 & _M
        return h ^ (h >> 28)
    low = _u64(data, 0) ^ ((_u64(_SECRET, 24) ^ _u64(_SECRET, 32)) + seed & _M)
    high = _u64(data, n - 8) ^ ((_u64(_SECRET, 40) ^ _u64(_SECRET, 48)) - seed & _M)
    swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
    return _avalanche(n + swapped + high + _fold(low, high) & _M)


def _mix(data, at, secret_at, seed):
    return _fold(_u64(data, at) ^ (_u64(_SECRET, secret_at) + seed & _M),
                 _u64(data, at + 8) ^ (_u64(_SECRET, secret_at + 8) - seed & _M))


def _middle(data, seed):
    n = len(data)
    h = n * _P64[0]
    if n <= 128:
        for i in range((n - 1) // 32 + 1):
            h += _mix(data, 16 * i, 32 * i, seed) + _mix(data, n - 16 * (i + 1), 32 * i + 16, seed)
        return _avalanche(h & _M)
    h += sum(_mix(data, 16 * i, 16 * i, seed) for i in range(8))
    h = _avalanche(h & _M)
    h += sum(_mix(data, 16 * i, 16 * (i - 8) + 3, seed) for i in range(8, n // 16))
    return _avalanche(h + _mix(data, n - 16, 136 - 17, seed) & _M)


def _long(data, seed):
    secret = b"".join((_u64(_SECRET, at) + (seed if at % 16 == 0 else -seed) & _M).to_bytes(8, "little")
                      for at in range(0, 192, 8))
    acc = [_P32[2], _P64[0], _P64[1], _P64[2], _P64[3], _P32[1], _P64[4], _P32[0]]

    def add(at, secret_at):
        for lane in range(8):
            word = _u64(data, at + 8 * lane)
            key = word ^ _u64(secret, secret_at + 8 * lane)
            acc[lane ^ 1] = acc[lane ^ 1] + word & _M
            acc[lane] = acc[lane] + (key & 0xFFFFFFFF) * (key >> 32) & _M

    n = len(data)
    for stripe in range((n - 1) // 64):
        add(64 * stripe, 8 * (stripe % 16))
        if stripe % 16 == 15:
            for lane in range(8):
                acc[lane] ^= acc[lane] >> 47
                acc[lane] = (acc[lane] ^ _u64(secret, 128 + 8 * lane)) * _P32[0] & _M
    add(n - 64, 192 - 64 - 7)
    h = n * _P64[0]
    for i in range(4):
        h += _fold(acc[2 * i] ^ _u64(secret, 11 + 16 * i),
                   acc[2 * i + 1] ^ _u64(secret, 19 + 16 * i))
    return _avalanche(h & _M)


def xxh3(data, seed=0):
    if len(data) <= 16:
        return _short(data, seed)
    return _middle(data, seed) if len(data) <= 240 else _long(data, seed)


_CRC = []
for _byte in range(256):
    for _ in range(8):
        _byte = _byte >> 1 ^ (0x82F63B78 if _byte & 1 else 0)
    _CRC.append(_byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF
