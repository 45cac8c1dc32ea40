#include "recorder/history.h"

namespace ariadne::recorder {

bool globMatches(std::string_view glob, std::string_view path) {
    // Greedy with one point to come back to: linear in practice, quadratic at worst, no recursion.
    std::size_t g = 0, p = 0, starAt = std::string_view::npos, resume = 0;
    while (p < path.size()) {
        if (g < glob.size() && (glob[g] == '?' || (glob[g] != '*' && glob[g] == path[p]))) {
            ++g, ++p;
        } else if (g < glob.size() && glob[g] == '*') {
            starAt = g++;
            resume = p;
        } else if (starAt != std::string_view::npos) {
            g = starAt + 1;
            p = ++resume;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', g) == std::string_view::npos;
}

}  // namespace ariadne::recorder
