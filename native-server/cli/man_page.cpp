#include "native-server/cli/man_page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace image_cache {
namespace {

constexpr std::string_view kSignals = R"(.Sh SIGNALS
.Bl -tag -width Ds
.It Dv SIGINT , SIGTERM
The server finishes what it does and exits.
A second one ends it at once.
.It Dv SIGHUP
The server reads its configuration again, without dropping a connection.
When something in it is wrong the old one goes on, and the log says why.
Options that need a restart are named in the log.
.El
)";

constexpr std::string_view kEnd = R"(.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Done.
.It 1
Failed: standard error says why, in one line.
.It 2
Wrong usage, on the command line, in the environment or in the file of
.Fl \-config .
.El
.Sh EXAMPLES
Serve 50 GiB of pictures, beside a built web page:
.Pp
.Dl image-cache serve --static-dir dist --max-size 50GiB
.Pp
Say what is cached, also while the server runs:
.Pp
.Dl image-cache stats
)";

// Typesetters differ in what they make of the character.
std::string WithoutEllipses(std::string text) {
  constexpr std::string_view kEllipsis = "…";
  for (auto at = text.find(kEllipsis); at != std::string::npos; at = text.find(kEllipsis)) {
    text.replace(at, kEllipsis.size(), "...");
  }
  return text;
}

constexpr std::size_t kLineWidth = 72;

// As running text: no line of it is a request, no character an escape, and each sentence begins a
// line, which is how typesetters tell its end.
std::string Text(std::string_view text) {
  std::string escaped;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\n') {
      const bool ends_sentence = i > 0 && text[i - 1] == '.';
      const std::string_view rest = text.substr(i + 1);
      const std::size_t word = std::min(rest.find_first_of(" \n"), rest.size());
      escaped += ends_sentence || column + word >= kLineWidth ? '\n' : ' ';
      column = escaped.back() == '\n' ? 0 : column + 1;
      continue;
    }
    if (column++ == 0 && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return WithoutEllipses(std::move(escaped));
}

// A macro's argument.
std::string Argument(const std::string& text) { return "\"" + WithoutEllipses(text) + "\""; }

std::string Heading(const OptionDescription& option) {
  if (option.is_positional()) return ".It Ar " + Argument(option.name) + "\n";
  std::string line = ".It Fl " + Text(option.name.substr(1));
  if (!option.placeholder.empty()) line += " Ar " + Argument(option.placeholder);
  return line + "\n";
}

std::string Section(const CommandDescription& command) {
  std::string section =
      fmt::format(".Ss {}\n{}\n.Bl -tag -width Ds\n", command.name, Text(command.help));
  for (const OptionDescription& option : command.options) {
    section += Heading(option) + Text(option.help) + "\n";
  }
  return section + ".El\n";
}

std::string Synopsis(const CommandDescription& command) {
  std::string line = ".Nm\n.Cm " + command.name + "\n.Op Ar option ...\n";
  for (const OptionDescription& option : command.options) {
    if (!option.is_positional()) continue;
    line += (option.required ? ".Ar " : ".Op Ar ") + option.name + "\n";
  }
  return line;
}

std::string Environment(const ProgramDescription& program) {
  std::string section = ".Sh ENVIRONMENT\n" + Text(program.footer) + "\n.Bl -tag -width Ds\n";
  for (const std::string_view name :
       {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}) {
    section += fmt::format(".It Ev {}\n", name);
  }
  section += "The credentials that S3 is asked with, as every S3 tool reads them.\n";
  section += ".It Ev AWS_REGION\nThe region that requests are signed for.\n";
  section += ".It Ev AWS_ENDPOINT_URL_S3\nAn S3 server that is not AWS.\n";
  section += ".It Ev AWS_CA_BUNDLE\nCertificate authorities that are trusted instead of the ";
  section += "system's.\n.El\n";
  return section;
}

}  // namespace

std::string ManPage(const ProgramDescription& program, std::int64_t at_s) {
  const std::tm date = fmt::gmtime(at_s);
  // mdoc knows no zero before a day.
  std::string page = fmt::format(".Dd {:%B} {}, {:%Y}\n", date, date.tm_mday, date);
  page +=
      ".Dt IMAGE-CACHE 1\n.Os\n.Sh NAME\n.Nm image-cache\n"
      ".Nd a local cache for pictures that are kept in S3\n.Sh SYNOPSIS\n";
  for (const CommandDescription& command : program.commands) page += Synopsis(command);
  page += ".Sh DESCRIPTION\n" + Text(program.help) + "\n.Pp\nThe subcommands:\n";
  for (const CommandDescription& command : program.commands) page += Section(command);
  page += kSignals;
  page += Environment(program);
  return page + std::string(kEnd);
}

}  // namespace image_cache
