// How the files of one run in segments are called.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ariadne::tracefmt {

/// Of the segment with that number, from 1 on: NAME.0001.clew of NAME.clew.
std::filesystem::path segmentPath(const std::filesystem::path& name, std::uint32_t number);

/// NAME.clew of NAME.0001.clew. A file that was called otherwise since keeps its own name.
std::filesystem::path nameOfSegments(const std::filesystem::path& segment, std::uint32_t number);

/// The numbers of those that are there, ascending. A folder that cannot be read has none.
std::vector<std::uint32_t> segmentsOf(const std::filesystem::path& name);

/// What the files of a black box are segments of while its run goes on: "bad.clew-box" of
/// "bad.clew".
std::filesystem::path boxPathOf(std::filesystem::path trace);

}  // namespace ariadne::tracefmt
