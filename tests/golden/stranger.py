#!/usr/bin/env python3
"""A reader of .clew files by somebody who has FORMAT.md and trace.capnp, and nothing else of
Ariadne: prints the events as JSON lines, the fields that `ariadne dump --json` has too.

    stranger.py FILE.clew

Checks on the way: frames, CRCs, hashes, numbers and lengths of chunks, order of positions, every
digest mark, the trailer. Does not read: payloads as values, states in snapshots, notes, index.
"""

import json
import pathlib
import re
import struct
import sys

from xxh3 import crc32c, xxh3

_M = (1 << 64) - 1
FORMAT = pathlib.Path(__file__).resolve().parents[2] / "tracefmt"


class Damage(Exception):
    pass


def expect(found, expected, what):
    if found != expected:
        raise Damage(f"{what}: found {found}, expected {expected}")


# ---- Cap'n Proto: where the fields of trace.capnp stand, and how they are read ------------------

_LOG_BITS = {"Bool": 0, "UInt8": 3, "UInt16": 4, "UInt32": 5, "Int32": 5, "UInt64": 6, "Int64": 6}


def read_schema(text):
    """{struct: {field: (type, place)}}: data fields by the bit they begin at, pointers by number."""
    schema = {}
    for name, body in re.findall(r"^struct (\w+) \{(.*?)^\}", text, re.MULTILINE | re.DOTALL):
        fields = sorted((int(number), field, kind) for field, number, kind in
                        re.findall(r"^  (\w+) @(\d+) :([\w()]+);", body, re.MULTILINE))
        words, pointers, holes, schema[name] = 0, 0, {}, {}
        for _, field, kind in fields:
            if kind not in _LOG_BITS:
                schema[name][field] = (kind, pointers)
                pointers += 1
                continue
            size = _LOG_BITS[kind]
            fitting = next((s for s in range(size, 6) if s in holes), 6)
            place = holes.pop(fitting) if fitting < 6 else words
            words += fitting == 6
            for smaller in range(fitting - 1, size - 1, -1):
                place *= 2
                holes[smaller] = place + 1
            schema[name][field] = (kind, place << size)
    return schema


SCHEMA = read_schema((FORMAT / "trace.capnp").read_text())


class Struct:
    """One struct of a message of one segment."""

    def __init__(self, segment, kind, at, words, pointers):
        self.segment, self.kind, self.at = segment, kind, at
        self.words, self.pointers = words, pointers

    def __getitem__(self, field):
        kind, place = SCHEMA[self.kind][field]
        if kind in _LOG_BITS:
            bits = 1 << _LOG_BITS[kind]
            if place + bits > self.words * 64:
                return 0
            word = struct.unpack_from("<Q", self.segment, self.at + place // 64 * 8)[0]
            value = word >> place % 64 & (1 << bits) - 1
            return value - (1 << bits) if kind[0] == "I" and value >> bits - 1 else value
        if place >= self.pointers:
            return None if kind in SCHEMA else b"" if kind == "Data" else "" if kind == "Text" else []
        return self.follow(kind, self.at + 8 * (self.words + place))

    def follow(self, kind, at):
        low, high = struct.unpack_from("<iI", self.segment, at)
        start = at + 8 + (low >> 2) * 8
        if kind in SCHEMA:
            return Struct(self.segment, kind, start, high & 0xFFFF, high >> 16)
        if low == 0 and high == 0:
            return b"" if kind == "Data" else "" if kind == "Text" else []
        expect(low & 3, 1, "kind of pointer")
        size, count = high & 7, high >> 3
        if kind in ("Data", "Text"):
            expect(size, 2, "size of an element")
            data = self.segment[start:start + count]
            return data if kind == "Data" else data[:-1].decode()
        element = kind[len("List("):-1]
        if element == "UInt64":
            return list(struct.unpack_from(f"<{count}Q", self.segment, start)) if size == 5 else []
        if element == "UInt32":
            return list(struct.unpack_from(f"<{count}I", self.segment, start)) if size == 4 else []
        if element == "Text":
            return [self.follow("Text", start + 8 * i) for i in range(count)]
        tag, shape = struct.unpack_from("<iI", self.segment, start)
        words, pointers = shape & 0xFFFF, shape >> 16
        return [Struct(self.segment, element, start + 8 + i * 8 * (words + pointers), words, pointers)
                for i in range(tag >> 2)]


def message(body, kind):
    others, words = struct.unpack_from("<II", body)
    expect((others, 8 + 8 * words), (0, len(body)), "segments and their length")
    return Struct(body[8:], "", 0, 0, 1).follow(kind, 0)


# ---- Chunks -------------------------------------------------------------------------------------


def unpack_lz4(data, length):
    out, at = bytearray(), 0

    def extended(n):
        nonlocal at
        while n >= 15 and data[at] == 255:
            n, at = n + 255, at + 1
        if n >= 15:
            n, at = n + data[at], at + 1
        return n

    while at < len(data):
        token, at = data[at], at + 1
        literals = extended(token >> 4)
        out += data[at:at + literals]
        at += literals
        if at >= len(data):
            break
        distance, at = data[at] | data[at + 1] << 8, at + 2
        for _ in range(extended(token & 15) + 4):
            out.append(out[-distance])
    expect(len(out), length, "bytes of a decompressed body")
    return bytes(out)


def chunks(file):
    """(offset, type, firstSeq, count, body) of all chunks; the file must be clean."""
    expect(file[:8], b"\x89CLEW\r\n\x1a", "magic")
    expect(struct.unpack_from("<H", file, 8)[0], 1, "major")
    trailer = file[-64:]
    expect(trailer[:8], b"\x89CLEWEND", "magic of the trailer")
    expect(struct.unpack_from("<Q", trailer, 32)[0], len(file), "length of the file")
    for frame in (file[:64], trailer):
        expect(crc32c(frame[:60]), struct.unpack_from("<I", frame, 60)[0], "CRC")
    seed, at, number, before = struct.unpack_from("<Q", file, 16)[0], 64, 0, 0
    while at < len(file) - 64:
        frame = file[at:at + 64]
        expect(frame[:8], bytes.fromhex("9C8EA9434855 4E4B"), f"sync marker at {at}")
        expect(crc32c(frame[:60]), struct.unpack_from("<I", frame, 60)[0], f"CRC at {at}")
        kind, codec = frame[8:12].decode(), frame[12]
        found, stored, raw, digest, first, count, previous = struct.unpack_from("<QIIQQII", frame, 16)
        expect((found, previous * 8), (number, before), f"number and predecessor of chunk at {at}")
        padded = file[at + 64:at + 64 + (stored + 7 & ~7)]
        expect(xxh3(padded, seed + number & _M), digest, f"hash of the chunk at {at}")
        body = unpack_lz4(padded[:stored], raw) if codec == 1 else padded[:stored]
        yield at, kind, first, count, body
        before, number = 64 + len(padded), number + 1
        at += before
    expect(number, struct.unpack_from("<I", trailer, 56)[0], "number of chunks")


# ---- Rows ---------------------------------------------------------------------------------------

_KINDS = (FORMAT / "FORMAT.md").read_text().partition("### Kinds")[2].partition("\n### ")[0]
KINDS = {int(number): name for cell in re.findall(r"^\| (\d+ .*?) \|", _KINDS, re.MULTILINE)
         for number, name in re.findall(r"(?:^|, )(\d+) ([a-z_]+)", cell)}
NUMBERS = {name: number for number, name in KINDS.items()}
SPAWN, DELIVER, DROP, REPLY = (NUMBERS[n] for n in ("spawn", "deliver", "drop", "reply"))
TIMER_FIRE, ASK_TIMEOUT = NUMBERS["timer_fire"], NUMBERS["ask_timeout"]
SENDS = {NUMBERS[n] for n in ("send", "ask", "forward")}
ENQUEUES = SENDS | {NUMBERS[n] for n in (
    "input", "reply", "timer_fire", "down", "ask_timeout", "undelivered", "cancel_request",
    "link_down", "granted", "finalize", "region_closed")}


def unpack_column(data, rows):
    if not data:
        return [0] * rows
    out, at = [], 0
    for group in range(0, rows, 64):
        n, head, at = min(64, rows - group), data[at], at + 1
        width, exceptions = head & 127, []
        if head & 128:
            left, at = data[at], at + 1
            for _ in range(left):
                row, value, shift, at = data[at], 0, 0, at + 1
                while True:
                    byte, at = data[at], at + 1
                    value, shift = value | (byte & 127) << shift, shift + 7
                    if byte < 128:
                        break
                exceptions.append((row, value << width))
        size = (n * width + 7) // 8
        bits = int.from_bytes(data[at:at + size], "little")
        at += size
        codes = [bits >> i * width & (1 << width) - 1 for i in range(n)]
        for row, high in exceptions:
            codes[row] |= high
        out += codes
    expect(at, len(data), "bytes of a column")
    return out


def unzz(code):
    return code >> 1 ^ -(code & 1)


def zz64(value):
    value = value + (1 << 63) & _M  # as a signed number
    value -= 1 << 63
    return (value << 1 ^ value >> 63) & _M


COLUMNS = ("kind", "flags", "time", "round", "cause", "cell", "peer", "type", "arg", "extra",
           "payloadLength", "changeLength")


class Row:
    def __init__(self, **fields):
        self.__dict__.update(dict.fromkeys(COLUMNS, 0), seq=0, payload=b"", change=b"")
        self.__dict__.update(fields)


def decode_rows(events, first, count, blob_at):
    code = {name: unpack_column(events[name], count) for name in COLUMNS}
    prev = turn = Row()
    turn_arg = last_taken = last_spawned = 0
    kinds, lengths = [0] * 256, [(0, 0)] * 256
    model = [(0, 0, 0, 0)] * 256  # extra, arg, type, peer
    cells = [[0, 0, 0] for _ in range(1024)]  # turns, sends, peer
    rows, none = [], Row()
    for i in range(count):
        r = Row(seq=first + i)
        context = (prev.kind * 8 + prev.type) % 256
        r.kind = code["kind"][i] ^ kinds[context]
        r.flags = code["flags"][i]
        r.time = prev.time + unzz(code["time"][i]) & _M
        r.round = prev.round + unzz(code["round"][i]) & _M
        takes = r.kind in (DELIVER, DROP)
        guess = last_taken + 1 if takes else turn.seq
        c = code["cause"][i]
        none_code = zz64(-guess)
        c = none_code if c == 1 else 1 if c == none_code else c
        r.cause = guess + unzz(c) & _M
        there = first <= r.cause < r.seq
        cause = rows[r.cause - first] if there else none
        guess = (last_spawned + 1 if r.kind == SPAWN else prev.cell if not there
                 else cause.peer if takes else cause.cell)
        r.cell = guess + unzz(code["cell"][i]) & 0xFFFFFFFF
        m = (r.kind * 8 + turn.type) % 256
        cell = cells[r.cell % 1024]
        extra, arg, kind, peer = model[m]
        if takes or r.kind == SPAWN:
            guess = cause.cell if there else peer
        elif r.kind == REPLY:
            guess = turn.peer
        elif r.kind in (TIMER_FIRE, ASK_TIMEOUT):
            guess = r.cell
        else:
            guess = cell[2] if r.kind in ENQUEUES else peer
        r.peer = guess + unzz(code["peer"][i]) & 0xFFFFFFFF
        r.type = (cause.type if takes and there else kind) + unzz(code["type"][i]) & 0xFFFFFFFF
        if r.kind == DELIVER and cell[0]:
            guess = cell[0] + 1
        elif r.kind in SENDS and cell[1]:
            guess = cell[1] + 1
        else:
            guess = turn_arg if r.kind == REPLY else arg
        r.arg = guess + unzz(code["arg"][i]) & _M
        r.extra = extra + unzz(code["extra"][i]) & _M
        own = (r.kind * 8 + r.type) % 256
        r.payloadLength = lengths[own][0] + unzz(code["payloadLength"][i]) & _M
        r.changeLength = lengths[own][1] + unzz(code["changeLength"][i]) & _M

        kinds[context] = r.kind
        model[m] = (r.extra, r.arg, r.type, r.peer)
        lengths[own] = (r.payloadLength, r.changeLength)
        if r.kind == DELIVER:
            cell[0], turn, turn_arg = r.arg, r, cause.arg
        if r.kind in SENDS:
            cell[1] = r.arg
        if r.kind in ENQUEUES:
            cell[2] = r.peer
        if r.kind == SPAWN:
            last_spawned = r.cell
        if takes:
            last_taken = r.cause
        prev = r
        rows.append(r)
    for blob in events["large"]:
        name = ("payload", "change")[blob["column"]]
        setattr(rows[blob["row"]], name, blob_at(blob["offset"], blob["length"]))
    for name in ("payload", "change"):
        data, at = events[name], 0
        for r in rows:
            length = getattr(r, name + "Length")
            if length <= 65536:
                setattr(r, name, data[at:at + length])
                at += length
            expect(len(getattr(r, name)), length, f"bytes of the {name} of row {r.seq}")
        expect(at, len(data), f"bytes of all {name}s")
    return rows


# ---- The run ------------------------------------------------------------------------------------


def mix(a, b):
    x = a ^ b * 0x9E3779B97F4A7C15 & _M
    x = (x ^ x >> 32) * 0xD6E8FEB86659FD93 & _M
    return (x ^ x >> 29) + 0x632BE59BD9B4E019 & _M


def folded(digest, row, hashes):
    events, changes = digest
    type_hash = hashes[row.type] if row.type < len(hashes) else 0
    events = xxh3(struct.pack("<10Q", row.seq, row.time, row.round, row.cause, row.arg, row.extra,
                              row.cell << 32 | row.peer, type_hash, row.kind << 8 | row.flags,
                              len(row.payload)), events)
    if row.payload:
        events = xxh3(row.payload, events)
    if row.change:
        changes = mix(xxh3(row.change, changes), row.seq)
    return events, changes


def leb128s(data):
    value = shift = 0
    for byte in data:
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            yield value
            value = shift = 0


def shown(row, paths):
    cell, peer = (paths[rank] if rank < len(paths) else f"#{rank}" for rank in (row.cell, row.peer))
    return {"seq": row.seq, "time_ns": row.time, "round": row.round,
            "kind": KINDS.get(row.kind, "unknown"), "cell": cell, "peer": peer,
            "cause": row.cause or None, "arg": row.arg, "extra": row.extra}


def dump(file):
    paths, hashes, parts, digest, next_seq = [None], [0], {}, (0, 0), 1
    gap = False  # rows are missing that a snapshot may stand for

    def blob_at(offset, length):
        blob = b""
        while len(blob) < length:
            body, offset = parts[offset]
            blob += body
        return blob

    for at, kind, first, count, body in chunks(file):
        if kind == "PAYL":
            parts[at] = (body, at + 64 + (struct.unpack_from("<I", file, at + 24)[0] + 7 & ~7))
        elif kind == "TABL":
            tables = message(body, "Tables")
            for entries, begin, to in ((tables["types"], tables["firstType"], hashes),
                                       (tables["births"], tables["firstBirth"], paths)):
                for i, entry in enumerate(entries):
                    value = entry["hash"] if to is hashes else entry["path"]
                    if begin + i < len(to):
                        expect(to[begin + i], value, "an entry that is known")
                    else:
                        to.append(value)
        elif kind == "GAPS":
            next_seq = max([next_seq] + [gap["last"] + 1 for gap in message(body, "Gaps")["gaps"]])
            gap = True
        elif kind == "SNAP":
            image = message(body, "SnapshotPart")
            there = image["eventDigest"], image["changeDigest"]
            if gap or image["position"] >= next_seq:
                digest, next_seq, gap = there, image["position"] + 1, False
            expect(there, digest, f"digests of the snapshot at {at}")
        elif kind == "INPT":
            expect(first, next_seq, "first position")
            inputs = message(body, "Inputs")
            rows = decode_rows(message(inputs["events"], "Events"), first, count, blob_at) if count \
                else []
            for skip, row in zip(leb128s(inputs["skips"]), rows, strict=True):
                row.seq, next_seq = next_seq + skip, next_seq + skip + 1
                yield shown(row, paths)
            totals = inputs["totals"]
            digest, next_seq = (totals["eventDigest"], totals["changeDigest"]), \
                totals["lastPosition"] + 1
        elif kind == "EVNT":
            expect(first, next_seq, "first position")
            events = message(body, "Events")
            marks = []
            for i, row in enumerate(decode_rows(events, first, count, blob_at)):
                digest = folded(digest, row, hashes)
                if i % 256 == 255 or i == count - 1:
                    marks += digest
                yield shown(row, paths)
            expect(events["digests"], marks, f"digests of the chunk at {at}")
            next_seq = first + count
    expect(struct.unpack_from("<QQ", file, len(file) - 24), digest, "digests of the trailer")


def main():
    try:
        for event in dump(pathlib.Path(sys.argv[1]).read_bytes()):
            print(json.dumps(event))
    except Damage as damage:
        sys.exit(f"{sys.argv[1]}: {damage}")


if __name__ == "__main__":
    main()
