// Recorded values as JSON, exactly: numbers as numbers, text as text, structs nested.
#pragma once

#include "engine/base/type_desc.h"
#include "engine/value/dynamic.h"

#include <nlohmann/json.hpp>

namespace ariadne::recorder {

using Json = nlohmann::ordered_json;

/// One encoded value. Structs and maps become objects, lists, arrays and sets arrays, a variant an
/// object of one member, durations text ("20ms"), cells their path, bytes hex text, floats that are
/// no numbers text. Bytes that do not fit the type become {"bytes": "hex"}.
Json valueJson(const TypeTable& types, TypeIndex type, ByteView bytes,
               const value::CellNamer& cells);

/// A state; leaves known by digest only become {"digest_only": true}.
Json stateJson(const TypeTable& types, const value::StateValue& state,
               const value::CellNamer& cells);

}  // namespace ariadne::recorder
