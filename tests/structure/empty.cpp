// The program of the link tests: what matters is that it links.
int main() {
    return 0;
}
