#include "recorder/effects/http.h"

#include "engine/base/status_macros.h"
#include "recorder/effects/http_check.h"
#include "recorder/effects/payload.h"
#include "recorder/effects/sigpipe_blocked.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <curl/curl.h>
#include <string_view>

namespace ariadne::effects {
namespace {

constexpr const char* kKeyHeader = "Idempotency-Key";

/// CURL and CURLM are both void.
template <auto Delete>
struct Deleter {
    template <class T>
    void operator()(T* handle) const {
        Delete(handle);
    }
};
using Easy = std::unique_ptr<CURL, Deleter<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Deleter<curl_multi_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Deleter<curl_slist_free_all>>;

/// The answer as it comes in; `broken` is the limit it broke, and ends the transfer.
struct Incoming {
    const HttpLimits& limits;
    effect::HttpResponse response{};
    std::size_t headerBytes = 0;
    bool headersEnded = false;
    absl::Status broken{};
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// One line; a status line begins anew, as after 100 Continue. Trailers are left out: they would
/// pass for headers.
std::size_t takeHeader(const char* text, std::size_t size, std::size_t count, void* to) {
    auto& in = *static_cast<Incoming*>(to);
    const std::string_view line{text, size * count};
    in.headerBytes += line.size();
    if (in.headerBytes > in.limits.headerBytesMax) {
        in.broken = absl::ResourceExhaustedError(
            absl::StrCat("limit headerBytesMax (", in.limits.headerBytesMax,
                         ") reached by the headers of the answer; this server cannot be used"));
        return 0;
    }
    const std::size_t colon = line.find(':');
    if (line.substr(0, 5) == "HTTP/") {
        in.response.headers.clear();
        in.headersEnded = false;
    } else if (trimmed(line).empty()) {
        in.headersEnded = true;
    } else if (colon != std::string_view::npos && !in.headersEnded) {
        in.response.headers.push_back({std::string{trimmed(line.substr(0, colon))},
                                       std::string{trimmed(line.substr(colon + 1))}});
    }
    return line.size();
}

std::size_t takeBody(const char* data, std::size_t size, std::size_t count, void* to) {
    auto& in = *static_cast<Incoming*>(to);
    const ByteView piece = asBytes({data, size * count});
    if (piece.size() > in.limits.bodyBytesMax - in.response.body.size()) {
        in.broken = absl::ResourceExhaustedError(
            absl::StrCat("limit bodyBytesMax (", in.limits.bodyBytesMax,
                         ") reached by the body of the answer; ask for a part of it"));
        return CURL_WRITEFUNC_ERROR;
    }
    in.response.body.insert(in.response.body.end(), piece.begin(), piece.end());
    return piece.size();
}

/// Asked once or twice, nothing is done by it: safe methods of RFC 9110.
bool isSafe(const std::string& method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool namesItsKey(const effect::HttpRequest& ask) {
    return std::any_of(ask.headers.begin(), ask.headers.end(), [](const auto& header) {
        return absl::EqualsIgnoreCase(header.name, kKeyHeader);
    });
}

HeaderList headerListOf(const effect::HttpRequest& ask, const effect::Request& request) {
    curl_slist* list = nullptr;
    // An empty value takes away what libcurl would add by itself.
    list = curl_slist_append(list, "Expect:");
    list = curl_slist_append(list, "Content-Type:");
    if (!isSafe(ask.method) && !namesItsKey(ask))
        list = curl_slist_append(
            list, absl::StrCat(kKeyHeader, ": \"", idempotencyKey(request), "\"").c_str());
    for (const auto& [name, value] : ask.headers)
        list = curl_slist_append(
            list, (trimmed(value).empty() ? name + ";" : absl::StrCat(name, ": ", value)).c_str());
    return HeaderList{list};
}

/// Everything libcurl would otherwise take from the environment or do of its own accord is off.
void setRules(CURL* easy) {
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
    // Otherwise a stop would wait for a name server that does not answer.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "ariadne/" ARIADNE_VERSION);
}

void setRequest(CURL* easy, const effect::HttpRequest& ask, const effect::HttpUrl& url,
                curl_slist* headers) {
    curl_easy_setopt(easy, CURLOPT_URL, url.text().c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (ask.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (!ask.body.empty() || ask.method == "POST" || ask.method == "PUT" || ask.method == "PATCH") {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(ask.body.size()));
        // Without a pointer it would read standard input.
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ask.body.empty() ? "" : asText(ask.body).data());
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask.method.c_str());
}

/// Drives the transfer to its end, or to a stop.
absl::StatusOr<CURLcode> transfer(CURLM* multi, const std::stop_token& stop) {
    const std::stop_callback wake{stop, [multi] { curl_multi_wakeup(multi); }};
    int running = 1;
    while (running > 0) {
        if (stop.stop_requested())
            return absl::CancelledError("called off while under way; the server may have acted");
        CURLMcode code = curl_multi_perform(multi, &running);
        if (code == CURLM_OK && running > 0)
            code = curl_multi_poll(multi, nullptr, 0, 60'000, nullptr);
        if (code != CURLM_OK) return absl::UnavailableError(curl_multi_strerror(code));
    }
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(multi, &left);
    if (message == nullptr) return absl::InternalError("the transfer ended without a result");
    return message->data.result;
}

/// Keeps libcurl's tables for the life of the process.
bool isCurlReady() {
    static const CURLcode kCode = curl_global_init(CURL_GLOBAL_DEFAULT);
    return kCode == CURLE_OK;
}

}  // namespace

HttpHandler::HttpHandler(HttpLimits limits) : limits_(limits) {}

absl::StatusOr<Bytes> HttpHandler::perform(const effect::Request& request, std::stop_token stop) {
    ARIADNE_ASSIGN_OR_RETURN(const auto ask, askedOf<effect::HttpRequest>(request));
    ARIADNE_ASSIGN_OR_RETURN(const effect::HttpUrl url, checkedUrl(ask, request.scope, limits_));
    const SigpipeBlocked quiet;
    const HeaderList headers = headerListOf(ask, request);
    Incoming in{.limits = limits_};
    std::array<char, CURL_ERROR_SIZE> reason{};
    const Easy easy{isCurlReady() ? curl_easy_init() : nullptr};
    const Multi multi{easy ? curl_multi_init() : nullptr};
    if (!multi) return absl::InternalError("libcurl could not be set up");
    setRules(easy.get());
    setRequest(easy.get(), ask, url, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, reason.data());
    curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &in);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &in);
    curl_multi_add_handle(multi.get(), easy.get());
    const absl::StatusOr<CURLcode> ended = transfer(multi.get(), stop);
    curl_multi_remove_handle(multi.get(), easy.get());
    ARIADNE_RETURN_IF_ERROR(ended.status());
    ARIADNE_RETURN_IF_ERROR(in.broken);
    if (*ended != CURLE_OK)
        return absl::UnavailableError(
            absl::StrCat("no answer from \"", url.text(),
                         "\": ", reason[0] != '\0' ? reason.data() : curl_easy_strerror(*ended),
                         "; see whether the server is up and speaks HTTP"));
    // libcurl takes a connection that is closed among the headers for the end of an answer.
    if (!in.headersEnded)
        return absl::UnavailableError(
            absl::StrCat("no answer from \"", url.text(),
                         "\": it ends among its headers; see whether the server is up"));
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    in.response.status = static_cast<std::int32_t>(status);
    return value::encoded(in.response);
}

}  // namespace ariadne::effects
