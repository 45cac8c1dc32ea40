#include "engine/value/type_name.h"

namespace ariadne::value {

std::string nameInSignature(std::string_view signature) {
    const std::size_t begin = signature.find("T = ");
    std::string name{signature.substr(begin + 4)};
    name.resize(name.find_first_of(";]"));
    for (const std::string_view mark : {"(anonymous namespace)::", "{anonymous}::"})
        for (std::size_t at = name.find(mark); at != std::string::npos; at = name.find(mark))
            name.erase(at, mark.size());
    // g++ spells the end of nested templates "> >".
    for (std::size_t at = name.find("> >"); at != std::string::npos; at = name.find("> >"))
        name.erase(at + 1, 1);
    return name;
}

}  // namespace ariadne::value
